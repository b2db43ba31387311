package org.ebpf4j.btf.text;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Struct;

/// Values as text, by their BTF types: what the bytes of a map's value or of an event mean.
///
/// Numbers are decimal, pointers hexadecimal, enums named where a name fits, arrays of `char` text
/// up to their first zero. The members of structs and unions without names are shown as those of
/// the struct around them. Of a union, all members are shown. One printer may serve many threads.
public final class BtfValuePrinter {
  /// How a value is written.
  public enum Style {
    /// As C writes values down, in one line: `{ .pid = 1, .name = "init" }`.
    LINE,
    /// The same, with a line for each member of a struct.
    INDENTED,
    /// As JSON, in one line: `{"pid":1,"name":"init"}`. Pointers are text such as `"0xffff"`, as
    /// are numbers that JSON has no form for; bytes that are not UTF-8 become U+FFFD.
    JSON
  }

  /// Enough for any true value; types that overlap each other can ask for more than their bytes.
  private static final long STEPS_AT_LEAST = 1_000_000;

  private static final long STEPS_PER_BYTE = 16;

  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  private final DecodedTypes types;
  private final ByteOrder order;
  private final Style style;
  private final int pointerSize;
  private final boolean addresses;

  /// A printer of values of the types of `btf`.
  ///
  /// @param order the byte order of the values
  public BtfValuePrinter(Btf btf, ByteOrder order, Style style) {
    this(new DecodedTypes(btf), order, style, false);
  }

  private BtfValuePrinter(DecodedTypes types, ByteOrder order, Style style, boolean addresses) {
    this.types = types;
    this.order = order;
    this.style = style;
    this.pointerSize = CLayout.pointerSize(types);
    this.addresses = addresses;
  }

  /// The same, but what the kernel's headers say is of the network is shown as people write it: a
  /// `__be32`, a `struct in_addr` and a `struct in6_addr` as an address, a `__be16` as a number.
  public BtfValuePrinter withAddresses() {
    return new BtfValuePrinter(types, order, style, true);
  }

  /// The value of type `type` that starts at `bytes[offset]`. A type may be a variable or a data
  /// section too, which is shown as a struct of its variables.
  ///
  /// @throws IllegalArgumentException where the bytes end before the value does
  /// @throws org.ebpf4j.error.MalformedObjectException where the type is none that values have
  public String print(int type, byte[] bytes, int offset) {
    var walk = new TypeWalk(types, STEPS_AT_LEAST + STEPS_PER_BYTE * bytes.length);
    var layout = new CLayout(walk, pointerSize);
    var size = layout.size(type);
    if (offset < 0 || offset > bytes.length || size > bytes.length - offset) {
      throw new IllegalArgumentException(
          "a value of "
              + size
              + " bytes at byte "
              + offset
              + " does not fit into "
              + bytes.length
              + " bytes");
    }
    var printing = new Printing(walk, layout, bytes);
    printing.value(type, 8L * offset, 0);
    return printing.out.toString();
  }

  /// One value as it is printed. Places are in bits, as BTF has them.
  private final class Printing {
    private final StringBuilder out = new StringBuilder();
    private final TypeWalk walk;
    private final CLayout layout;
    private final byte[] bytes;
    private int indent;

    Printing(TypeWalk walk, CLayout layout, byte[] bytes) {
      this.walk = walk;
      this.layout = layout;
      this.bytes = bytes;
    }

    void value(int id, long at, int depth) {
      walk.checkDepth(id, depth);
      if (addresses && network(id, at)) {
        return;
      }
      switch (walk.get(id)) {
        case BtfType.Int t -> integer(id, t, at, 0);
        case BtfType.Enum t -> enumeration(id, t, at, 8 * t.size());
        case BtfType.Floating t -> floating(id, t, at);
        case BtfType.Pointer _ -> address(bits(id, at, 8 * pointerSize));
        case BtfType.Array t -> array(t, at, depth);
        case Struct t -> {
          var list = new Items('{', '}', true);
          members(t, at, depth, list);
          list.end();
        }
        case BtfType.DataSection t -> {
          var list = new Items('{', '}', true);
          for (var part : t.variables()) {
            if (walk.get(part.variable()) instanceof BtfType.Variable variable) {
              walk.write(part.variable(), variable.name());
              list.next(variable.name());
              value(variable.type(), at + 8 * part.offset(), depth + 1);
            }
          }
          list.end();
        }
        case BtfType.Typedef t -> value(t.target(), at, depth + 1);
        case BtfType.Const t -> value(t.target(), at, depth + 1);
        case BtfType.Volatile t -> value(t.target(), at, depth + 1);
        case BtfType.Restrict t -> value(t.target(), at, depth + 1);
        case BtfType.TypeTag t -> value(t.target(), at, depth + 1);
        case BtfType.Variable t -> value(t.type(), at, depth + 1);
        case BtfType.Void _,
            BtfType.Forward _,
            BtfType.Function _,
            BtfType.Prototype _,
            BtfType.DeclarationTag _ ->
            throw walk.malformed(id, "has no size");
      }
    }

    /// Shows a value of the network, if it is one.
    private boolean network(int id, long at) {
      return switch (walk.get(id)) {
        case BtfType.Typedef t when t.name().equals("__be16") -> {
          var from = place(id, at, 16);
          out.append(((bytes[from] & 0xff) << 8) | (bytes[from + 1] & 0xff));
          yield true;
        }
        case BtfType.Typedef t when t.name().equals("__be32") -> host(id, at, 4);
        case Struct t when t.name().equals("in_addr") && t.size() == 4 -> host(id, at, 4);
        case Struct t when t.name().equals("in6_addr") && t.size() == 16 -> host(id, at, 16);
        default -> false;
      };
    }

    private boolean host(int id, long at, int size) {
      var from = place(id, at, 8L * size);
      var text = ValueText.address(Arrays.copyOfRange(bytes, from, from + size));
      out.append(style == Style.JSON ? ValueText.json(text) : text);
      return true;
    }

    private void members(Struct struct, long at, int depth, Items list) {
      for (var member : struct.members()) {
        var type = resolve(member.type());
        var place = at + member.bitOffset();
        if (member.name().isEmpty() && walk.get(type) instanceof Struct inner) {
          walk.checkDepth(type, depth);
          members(inner, place, depth + 1, list);
        } else {
          walk.write(type, member.name());
          list.next(member.name());
          member(type, member.bits(), place, depth + 1);
        }
      }
    }

    private void member(int type, int bits, long at, int depth) {
      if (bits == 0) {
        value(type, at, depth);
      } else if (walk.get(type) instanceof BtfType.Int number) {
        integer(type, number, at, bits);
      } else if (walk.get(type) instanceof BtfType.Enum enumeration) {
        enumeration(type, enumeration, at, bits);
      } else {
        throw walk.malformed(type, "is no number, but the type of a bit field");
      }
    }

    /// The type behind names, qualifiers and tags.
    private int resolve(int id) {
      var current = id;
      while (true) {
        switch (walk.get(current)) {
          case BtfType.Typedef t -> current = t.target();
          case BtfType.Const t -> current = t.target();
          case BtfType.Volatile t -> current = t.target();
          case BtfType.Restrict t -> current = t.target();
          case BtfType.TypeTag t -> current = t.target();
          default -> {
            return current;
          }
        }
      }
    }

    /// An integer of `bits` bits; with 0, of as many as its type says.
    private void integer(int id, BtfType.Int type, long at, int bits) {
      var own = type.bits() == 0 ? 8 * type.size() : type.bits();
      var width = bits == 0 ? own : bits;
      var value = bits(id, bits == 0 ? at + type.bitOffset() : at, width);
      if ((type.encoding() & BOOL) != 0) {
        out.append(value.signum() != 0);
      } else if (style != Style.JSON
          && isCharacter(type)
          && ValueText.isPrintable(value.intValue())) {
        out.append('\'').append(ValueText.escaped(value.intValue(), '\'')).append('\'');
      } else {
        out.append((type.encoding() & SIGNED) != 0 ? signed(value, width) : value);
      }
    }

    private void enumeration(int id, BtfType.Enum type, long at, int width) {
      var raw = bits(id, at, width);
      var value = type.signed() ? signed(raw, width) : raw;
      for (var named : type.values()) {
        walk.step(id);
        if (named.value() == value.longValue()) {
          walk.write(id, named.name());
          out.append(style == Style.JSON ? ValueText.json(named.name()) : named.name());
          return;
        }
      }
      out.append(value);
    }

    private void floating(int id, BtfType.Floating type, long at) {
      var raw = bits(id, at, 8 * type.size());
      switch (type.size()) {
        case 4 -> {
          var value = Float.intBitsToFloat(raw.intValue());
          real(Float.isFinite(value), Float.toString(value));
        }
        case 8 -> {
          var value = Double.longBitsToDouble(raw.longValue());
          real(Double.isFinite(value), Double.toString(value));
        }
        // The formats of other sizes differ between machines.
        default -> address(raw);
      }
    }

    private void real(boolean finite, String text) {
      out.append(style == Style.JSON && !finite ? ValueText.json(text) : text);
    }

    private void address(BigInteger value) {
      var text = "0x" + value.toString(16);
      out.append(style == Style.JSON ? ValueText.json(text) : text);
    }

    private void array(BtfType.Array type, long at, int depth) {
      var element = resolve(type.element());
      if (walk.get(element) instanceof BtfType.Int number && isCharacter(number)) {
        text(type, at);
        return;
      }
      var size = 8 * layout.size(element);
      var list =
          style == Style.JSON
              ? new Items('[', ']', false)
              : new Items('{', '}', walk.get(element) instanceof Struct);
      for (long i = 0; i < type.count() && size != 0; i++) {
        list.next("");
        value(element, at + i * size, depth + 1);
      }
      list.end();
    }

    /// An array of `char`, up to its first zero.
    private void text(BtfType.Array type, long at) {
      var from = place(type.element(), at, 8 * type.count());
      var length = 0;
      while (length < type.count() && bytes[from + length] != 0) {
        length++;
      }
      var text = new String(bytes, from, length, StandardCharsets.UTF_8);
      if (style == Style.JSON) {
        out.append(ValueText.json(text));
        return;
      }
      out.append('"');
      if (isUtf8(text, from, length)) {
        text.codePoints().forEach(c -> out.append(ValueText.escaped(c, '"')));
      } else {
        for (int i = 0; i < length; i++) {
          out.append(ValueText.escaped(bytes[from + i], '"'));
        }
      }
      out.append('"');
    }

    private boolean isUtf8(String text, int from, int length) {
      var again = text.getBytes(StandardCharsets.UTF_8);
      return Arrays.equals(again, 0, again.length, bytes, from, from + length);
    }

    /// The bits of a number, as unsigned. In big-endian order, the first bit is the highest.
    private BigInteger bits(int id, long at, int count) {
      var from = place(id, at, count);
      var end = Math.toIntExact((at + count + 7) / 8);
      var number = Arrays.copyOfRange(bytes, from, end);
      var little = order == ByteOrder.LITTLE_ENDIAN;
      if (little) {
        for (int i = 0; i < number.length / 2; i++) {
          var other = number[number.length - 1 - i];
          number[number.length - 1 - i] = number[i];
          number[i] = other;
        }
      }
      var below = little ? at % 8 : 8L * end - (at + count);
      return new BigInteger(1, number).shiftRight((int) below).mod(BigInteger.ONE.shiftLeft(count));
    }

    /// The byte in which a value at the bit `at` starts.
    private int place(int id, long at, long bits) {
      if (at < 0 || at + bits > 8L * bytes.length) {
        throw walk.malformed(id, "stands past the end of what it is a part of");
      }
      return (int) (at / 8);
    }

    /// What stands in brackets, with what separates it.
    private final class Items {
      private final char close;
      private final boolean lines;
      private boolean any;

      /// @param lines whether each stands on a line, where lines are wanted
      Items(char open, char close, boolean lines) {
        this.close = close;
        this.lines = lines && style == Style.INDENTED;
        out.append(open);
        indent += this.lines ? 1 : 0;
      }

      /// Begins the next, with that name or without one.
      void next(String name) {
        if (style == Style.JSON) {
          out.append(any ? "," : "").append(name.isEmpty() ? "" : ValueText.json(name) + ":");
        } else {
          out.append(any ? "," : "").append(lines ? "\n" : " ");
          out.repeat('\t', lines ? indent : 0);
          out.append(name.isEmpty() ? "" : "." + name + " = ");
        }
        any = true;
      }

      void end() {
        indent -= lines ? 1 : 0;
        if (lines && any) {
          out.append(",\n").repeat('\t', indent);
        } else if (style != Style.JSON && any) {
          out.append(' ');
        }
        out.append(close);
      }
    }
  }

  private static BigInteger signed(BigInteger value, int width) {
    return value.testBit(width - 1) ? value.subtract(BigInteger.ONE.shiftLeft(width)) : value;
  }

  /// Compilers write no encoding for `char`, and its name nowhere else.
  private static boolean isCharacter(BtfType.Int type) {
    return type.size() == 1 && type.name().equals("char");
  }
}
