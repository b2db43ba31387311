package org.ebpf4j.binary;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads operands of one machine's assembler, as notes of static probes have them.
abstract sealed class ArgumentParser {
  private static final Pattern SIZED = Pattern.compile("(-?)([0-9]{1,2})(f?)@(.+)");
  private static final String NUMBER = "-?(?:0x[0-9a-fA-F]{1,16}|[0-9]{1,20})";

  /// The size of what is written without one.
  private static final int WORD = 8;

  static ArgumentParser of(int machine) {
    return switch (machine) {
      case Binary.X86_64 -> new X86();
      case Binary.AARCH64 -> new Arm();
      default ->
          throw new IllegalArgumentException(
              "arguments of static probes are read for x86-64 and arm64, not for machine "
                  + machine);
    };
  }

  /// The arguments in a text: spaces part them, but not those in brackets.
  List<String> split(String text) {
    var parts = new ArrayList<String>();
    var depth = 0;
    var from = 0;
    for (int i = 0; i <= text.length(); i++) {
      var c = i == text.length() ? ' ' : text.charAt(i);
      if (c == '[' || c == '(') {
        depth++;
      } else if (c == ']' || c == ')') {
        depth--;
      }
      if (i == text.length() || (c == ' ' && depth == 0)) {
        if (i > from) {
          parts.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return parts;
  }

  StaticArgument parse(String text) {
    var matcher = SIZED.matcher(text);
    var isSized = matcher.matches();
    var size = isSized ? Integer.parseInt(matcher.group(2)) : WORD;
    var isSigned = isSized && !matcher.group(1).isEmpty();
    var operand = isSized ? matcher.group(4) : text;
    if ((isSized && !matcher.group(3).isEmpty())
        || (size != 1 && size != 2 && size != 4 && size != WORD)) {
      throw unreadable(
          text, "it is no whole number of 1, 2, 4 or 8 bytes, which is all that programs can read");
    }
    var read = operand(operand, size, isSigned);
    if (read == null) {
      throw unreadable(text, "'" + operand + "' is no register or address that programs can read");
    }
    return read;
  }

  private static IllegalArgumentException unreadable(String text, String why) {
    return new IllegalArgumentException("the argument '" + text + "' cannot be read: " + why);
  }

  /// Reads an operand; null where it is of another form.
  abstract @Nullable StaticArgument operand(String text, int size, boolean isSigned);

  static long number(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    var isNegative = text.startsWith("-");
    var digits = isNegative ? text.substring(1) : text;
    try {
      var value =
          digits.startsWith("0x")
              ? Long.parseUnsignedLong(digits.substring(2), 16)
              : Long.parseUnsignedLong(digits);
      return isNegative ? -value : value;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' has more than 64 bits", e);
    }
  }

  /// x86-64, in the syntax of AT&T: `$5`, `%rax`, `-8(%rbp)`, `16(%rdi,%rcx,4)`.
  private static final class X86 extends ArgumentParser {
    private static final Pattern IMMEDIATE = Pattern.compile("\\$(" + NUMBER + ")");
    private static final Pattern MEMORY =
        Pattern.compile(
            "(" + NUMBER + ")?\\(%([a-z0-9]+)(?:,\\s*%([a-z0-9]+)(?:,\\s*([1248]))?)?\\)");

    /// Each register of `struct pt_regs`, with the names of its parts.
    private static final List<List<String>> REGISTERS =
        List.of(
            numbered(15),
            numbered(14),
            numbered(13),
            numbered(12),
            List.of("rbp", "ebp", "bp", "bpl"),
            List.of("rbx", "ebx", "bx", "bl"),
            numbered(11),
            numbered(10),
            numbered(9),
            numbered(8),
            List.of("rax", "eax", "ax", "al"),
            List.of("rcx", "ecx", "cx", "cl"),
            List.of("rdx", "edx", "dx", "dl"),
            List.of("rsi", "esi", "si", "sil"),
            List.of("rdi", "edi", "di", "dil"),
            List.of(),
            List.of("rip", "eip", "ip"),
            List.of(),
            List.of(),
            List.of("rsp", "esp", "sp", "spl"));

    private static List<String> numbered(int number) {
      var name = "r" + number;
      return List.of(name, name + "d", name + "w", name + "b");
    }

    private static int register(String name) {
      for (int i = 0; i < REGISTERS.size(); i++) {
        if (REGISTERS.get(i).contains(name)) {
          return i * Long.BYTES;
        }
      }
      return -1;
    }

    @Override
    @Nullable StaticArgument operand(String text, int size, boolean isSigned) {
      var immediate = IMMEDIATE.matcher(text);
      if (immediate.matches()) {
        return StaticArgument.constant(number(immediate.group(1)), size, isSigned);
      }
      if (text.startsWith("%")) {
        var register = register(text.substring(1));
        return register < 0 ? null : StaticArgument.register(register, size, isSigned);
      }
      var memory = MEMORY.matcher(text);
      return memory.matches() ? memory(memory, size, isSigned) : null;
    }

    private static @Nullable StaticArgument memory(Matcher found, int size, boolean isSigned) {
      var base = register(found.group(2));
      var offset = number(found.group(1));
      if (base < 0) {
        return null;
      }
      if (found.group(3) == null) {
        return StaticArgument.memory(base, offset, size, isSigned);
      }
      var index = register(found.group(3));
      var scale = found.group(4) == null ? 1 : Integer.parseInt(found.group(4));
      return index < 0
          ? null
          : new StaticArgument(
              StaticArgument.Kind.INDEXED,
              offset,
              base,
              index,
              Integer.numberOfTrailingZeros(scale),
              size,
              isSigned);
    }
  }

  /// arm64: `5`, `x0`, `[x1]`, `[sp, 16]`, `[x0, x1, lsl 3]`.
  private static final class Arm extends ArgumentParser {
    private static final Pattern IMMEDIATE = Pattern.compile("#?(" + NUMBER + ")");
    private static final Pattern REGISTER = Pattern.compile("(?:[xw]([0-9]{1,2})|sp|wsp)");
    private static final Pattern MEMORY =
        Pattern.compile("\\[([a-z0-9]+)(?:,\\s*#?(" + NUMBER + "))?\\]");
    private static final Pattern INDEXED =
        Pattern.compile("\\[([a-z0-9]+),\\s*(x[0-9]{1,2})(?:,\\s*lsl\\s*#?([0-3]))?\\]");
    private static final int STACK_POINTER = 31;

    private static int register(String name) {
      var matcher = REGISTER.matcher(name);
      if (!matcher.matches()) {
        return -1;
      }
      var number = matcher.group(1) == null ? STACK_POINTER : Integer.parseInt(matcher.group(1));
      return number > STACK_POINTER || (number == STACK_POINTER && matcher.group(1) != null)
          ? -1
          : number * Long.BYTES;
    }

    @Override
    @Nullable StaticArgument operand(String text, int size, boolean isSigned) {
      var immediate = IMMEDIATE.matcher(text);
      if (immediate.matches()) {
        return StaticArgument.constant(number(immediate.group(1)), size, isSigned);
      }
      var memory = MEMORY.matcher(text);
      if (memory.matches()) {
        var base = register(memory.group(1));
        return base < 0
            ? null
            : StaticArgument.memory(base, number(memory.group(2)), size, isSigned);
      }
      var indexed = INDEXED.matcher(text);
      if (indexed.matches()) {
        var base = register(indexed.group(1));
        var index = register(indexed.group(2));
        return base < 0 || index < 0
            ? null
            : new StaticArgument(
                StaticArgument.Kind.INDEXED,
                0,
                base,
                index,
                indexed.group(3) == null ? 0 : Integer.parseInt(indexed.group(3)),
                size,
                isSigned);
      }
      var register = register(text);
      return register < 0 ? null : StaticArgument.register(register, size, isSigned);
    }
  }
}
