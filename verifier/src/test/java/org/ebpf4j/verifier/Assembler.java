package org.ebpf4j.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.ebpf4j.contract.Mnemonics;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;

/// Assembles the text form of the instructions that vectors of conformance are written in, such as
/// `add %r0, 1` and `ldxw %r1, [%r2+4]`.
final class Assembler {
  private static final Pattern MEMORY = Pattern.compile("\\[%r(\\d+)\\s*([+-]\\s*\\w+)?]");

  private final List<Long> slots = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();

  /// Where a distance is still to be written, and to which label.
  private final Map<Integer, String> open = new HashMap<>();

  private Assembler() {}

  static Instructions assemble(List<String> lines) {
    var assembler = new Assembler();
    for (var line : lines) {
      var text = line.replaceFirst("#.*", "").strip();
      if (text.endsWith(":")) {
        assembler.labels.put(text.substring(0, text.length() - 1), assembler.slots.size());
      } else if (!text.isEmpty()) {
        assembler.add(text);
      }
    }
    assembler.open.forEach(assembler::close);
    return Instructions.of(assembler.slots.stream().mapToLong(Long::longValue).toArray());
  }

  private void close(int slot, String label) {
    var to = labels.get(label);
    if (to == null) {
      throw new IllegalArgumentException("no label " + label);
    }
    var distance = to - slot - 1;
    var open = slots.get(slot);
    var byImmediate = Slot.opcode(open) == Opcode.JUMP_LONG || Slot.opcode(open) == Opcode.CALL;
    slots.set(slot, byImmediate ? Slot.withImm(open, distance) : Slot.withOffset(open, distance));
  }

  private static boolean isRegister(String text) {
    return text.startsWith("%r");
  }

  private static int register(String text) {
    return Integer.parseInt(text.substring(2));
  }

  private static long number(String text) {
    var plain = text.replace(" ", "").replace("+", "");
    var negative = plain.startsWith("-");
    var digits = negative ? plain.substring(1) : plain;
    var value =
        digits.startsWith("0x")
            ? Long.parseUnsignedLong(digits.substring(2), 16)
            : Long.parseUnsignedLong(digits);
    return negative ? -value : value;
  }

  private void add(int opcode, int dst, int src, int offset, long immediate) {
    slots.add(Slot.of(opcode, dst, src, offset, (int) immediate));
  }

  private void jump(int opcode, int dst, int src, long immediate, String to) {
    var slot = slots.size();
    if (to.matches("[+-]?(0x)?\\p{XDigit}+") && to.matches("[+-].*|\\d.*")) {
      var byImmediate = opcode == Opcode.JUMP_LONG || opcode == Opcode.CALL;
      add(
          opcode,
          dst,
          src,
          byImmediate ? 0 : (int) number(to),
          byImmediate ? number(to) : immediate);
    } else {
      add(opcode, dst, src, 0, immediate);
      open.put(slot, to);
    }
  }

  private void add(String text) {
    var space = text.indexOf(' ');
    var name = space < 0 ? text : text.substring(0, space);
    var words = space < 0 ? new String[0] : text.substring(space).strip().split("\\s*,\\s*");
    var wide = !name.endsWith("32");
    var base = wide ? name : name.substring(0, name.length() - 2);
    if (name.equals("exit")) {
      labels.putIfAbsent("exit", slots.size());
      add(Opcode.EXIT, 0, 0, 0, 0);
    } else if (name.equals("lddw")) {
      var value = number(words[1]);
      add(Opcode.LD_IMM64, register(words[0]), 0, 0, value);
      add(0, 0, 0, 0, value >>> 32);
    } else if (name.equals("call")) {
      call(words[0]);
    } else if (name.equals("ja")) {
      jump(Opcode.JUMP, 0, 0, 0, words[0]);
    } else if (name.equals("ja32")) {
      jump(Opcode.JUMP_LONG, 0, 0, 0, words[0]);
    } else if (name.equals("lock")) {
      atomic(text.substring(space).strip());
    } else if (name.matches("(be|le|bswap|swap)\\d+")) {
      swap(name, register(words[0]));
    } else if (name.startsWith("movsx")) {
      sign(name.substring(5), words);
    } else if (Mnemonics.ARITHMETIC.containsKey(base)) {
      arithmetic(base, wide, words);
    } else if (Mnemonics.JUMPS.containsKey(base)) {
      conditional(
          Objects.requireNonNull(Mnemonics.JUMPS.get(base)) | (wide ? Opcode.JMP : Opcode.JMP32),
          words);
    } else if (name.matches("(ldx|ldxs|st|stx)(b|h|w|dw)")) {
      memory(name, words);
    } else {
      throw new IllegalArgumentException("unknown: " + text);
    }
  }

  private void call(String word) {
    if (word.startsWith("local ")) {
      jump(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, word.substring(6).strip());
    } else if (isRegister(word)) {
      add(Opcode.CALL | Opcode.X, register(word), 0, 0, 0);
    } else {
      add(Opcode.CALL, 0, 0, 0, number(word));
    }
  }

  private void arithmetic(String name, boolean wide, String[] words) {
    var opcode =
        Objects.requireNonNull(Mnemonics.ARITHMETIC.get(name)) | (wide ? Opcode.ALU64 : Opcode.ALU);
    var signed = name.equals("sdiv") || name.equals("smod") ? Opcode.OFFSET_SIGNED : 0;
    if (words.length == 1) {
      add(opcode, register(words[0]), 0, 0, 0);
    } else if (isRegister(words[1])) {
      add(opcode | Opcode.X, register(words[0]), register(words[1]), signed, 0);
    } else {
      add(opcode, register(words[0]), 0, signed, number(words[1]));
    }
  }

  private void conditional(int opcode, String[] words) {
    if (isRegister(words[1])) {
      jump(opcode | Opcode.X, register(words[0]), register(words[1]), 0, words[2]);
    } else {
      jump(opcode, register(words[0]), 0, number(words[1]), words[2]);
    }
  }

  private void swap(String name, int register) {
    var bits = Integer.parseInt(name.replaceAll("\\D", ""));
    var opcode =
        switch (name.replaceAll("\\d", "")) {
          case "be" -> Opcode.TO_BE;
          case "le" -> Opcode.TO_LE;
          default -> Opcode.BSWAP;
        };
    add(opcode, register, 0, 0, bits);
  }

  /// `movsx832` is a move from 8 bits to 32.
  private void sign(String sizes, String[] words) {
    var wide = sizes.endsWith("64");
    var from = Integer.parseInt(sizes.substring(0, sizes.length() - 2));
    add(
        (wide ? Opcode.ALU64 : Opcode.ALU) | Opcode.MOV | Opcode.X,
        register(words[0]),
        register(words[1]),
        from,
        0);
  }

  private static int size(String letters) {
    return Objects.requireNonNull(Mnemonics.SIZES.get(letters));
  }

  private void memory(String name, String[] words) {
    var letters = name.replaceFirst("ldxs|ldx|stx|st", "");
    var signed = name.startsWith("ldxs");
    var load = name.startsWith("ldx");
    var place = MEMORY.matcher(words[load ? 1 : 0]);
    if (!place.matches()) {
      throw new IllegalArgumentException(words[load ? 1 : 0]);
    }
    var base = Integer.parseInt(place.group(1));
    var offset = place.group(2) == null ? 0 : (int) number(place.group(2));
    if (load) {
      var mode = signed ? Opcode.MEMSX : Opcode.MEM;
      add(Opcode.LDX | mode | size(letters), register(words[0]), base, offset, 0);
    } else if (name.startsWith("stx")) {
      add(Opcode.STX | Opcode.MEM | size(letters), base, register(words[1]), offset, 0);
    } else {
      add(Opcode.ST | Opcode.MEM | size(letters), base, 0, offset, number(words[1]));
    }
  }

  /// `lock fetch add32 [%r10-8], %r1`.
  private void atomic(String text) {
    var fetch = text.startsWith("fetch ");
    var rest = fetch ? text.substring(6).strip() : text;
    var name = rest.substring(0, rest.indexOf(' '));
    var words = rest.substring(name.length()).strip().split("\\s*,\\s*");
    var wide = !name.endsWith("32");
    var operation = Mnemonics.ATOMICS.get(wide ? name : name.substring(0, name.length() - 2));
    var place = MEMORY.matcher(words[0]);
    if (operation == null || !place.matches()) {
      throw new IllegalArgumentException("lock " + text);
    }
    add(
        Opcode.STX | Opcode.ATOMIC | (wide ? Opcode.DW : Opcode.W),
        Integer.parseInt(place.group(1)),
        register(words[1]),
        place.group(2) == null ? 0 : (int) number(place.group(2)),
        fetch ? operation | Opcode.FETCH : operation);
  }
}
