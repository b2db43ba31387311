package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.SafeText;

/// Values of one type as JSON, for many of them: what [BtfValuePrinter] prints in
/// [BtfValuePrinter.Style#JSON] with addresses, byte for byte, but with the type taken apart once.
/// What a terminal would take for an order is escaped. In the machine's byte order. One encoder may
/// serve many threads.
public final class BtfJsonEncoder {
  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  /// An array of more elements, or a struct nested deeper, is left to the printer.
  private static final int DEEP = 24;

  private final Btf btf;
  private final BtfValuePrinter printer;
  private final Step step;
  private final int size;

  /// Writes a part of a value that starts at a byte.
  private interface Step {
    void write(byte[] value, int base, ByteText out);
  }

  /// An encoder of values of a type.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where the type is none that values have
  public BtfJsonEncoder(Btf btf, int type) {
    this.btf = btf;
    this.printer =
        new BtfValuePrinter(btf, ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
            .withAddresses();
    this.size = Math.toIntExact(btf.size(type));
    this.step = step(type, 0, 0);
  }

  /// Adds the value that starts at `value[offset]`.
  ///
  /// @throws IllegalArgumentException where the bytes end before the value does
  public void write(byte[] value, int offset, ByteText out) {
    if (offset < 0 || value.length - offset < size) {
      throw new IllegalArgumentException(
          "a value of " + size + " bytes does not fit into " + (value.length - offset) + " bytes");
    }
    step.write(value, offset, out);
  }

  private Step step(int id, int at, int depth) {
    if (depth > DEEP) {
      return slow(id, at);
    }
    return switch (btf.type(id)) {
      case BtfType.Typedef t when t.name().equals("__be16") ->
          (value, base, out) ->
              out.add(((value[base + at] & 0xffL) << 8) | (value[base + at + 1] & 0xffL));
      case BtfType.Typedef t when t.name().equals("__be32") -> address(at);
      case BtfType.Typedef t -> step(t.target(), at, depth + 1);
      case BtfType.Const t -> step(t.target(), at, depth + 1);
      case BtfType.Volatile t -> step(t.target(), at, depth + 1);
      case BtfType.TypeTag t -> step(t.target(), at, depth + 1);
      case BtfType.Restrict t -> step(t.target(), at, depth + 1);
      case BtfType.Variable t -> step(t.type(), at, depth + 1);
      case BtfType.Struct t when t.name().equals("in_addr") && t.size() == 4 -> address(at);
      case BtfType.Struct t when t.name().equals("in6_addr") && t.size() == 16 -> slow(id, at);
      case BtfType.Struct t -> struct(t, at, depth);
      case BtfType.Int t -> integer(id, t, at);
      case BtfType.Enum t when isWhole(t.size()) -> enumeration(t, at);
      case BtfType.Pointer _ when printer.pointerSize() == 8 ->
          (value, base, out) -> {
            out.add("\"0x");
            out.add(Long.toHexString(NumberBits.whole(value, base + at, 8)));
            out.add('"');
          };
      case BtfType.Array t -> array(id, t, at, depth);
      default -> slow(id, at);
    };
  }

  private static boolean isWhole(int size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
  }

  /// What is rare is printed.
  private Step slow(int id, int at) {
    return (value, base, out) -> out.add(SafeText.line(printer.print(id, value, base + at)));
  }

  private static Step address(int at) {
    return (value, base, out) -> {
      out.add('"');
      for (int i = 0; i < 4; i++) {
        if (i > 0) {
          out.add('.');
        }
        out.add(value[base + at + i] & 0xffL);
      }
      out.add('"');
    };
  }

  private Step integer(int id, BtfType.Int type, int at) {
    var bits = type.bits() == 0 ? 8 * type.size() : type.bits();
    if (type.bitOffset() != 0 || bits != 8 * type.size() || !isWhole(type.size())) {
      return slow(id, at);
    }
    var size = type.size();
    if ((type.encoding() & BOOL) != 0) {
      return (value, base, out) ->
          out.add(NumberBits.whole(value, base + at, size) != 0 ? "true" : "false");
    }
    if ((type.encoding() & SIGNED) != 0) {
      return (value, base, out) ->
          out.add(NumberBits.signed(NumberBits.whole(value, base + at, size), bits));
    }
    return (value, base, out) -> out.addUnsigned(NumberBits.whole(value, base + at, size));
  }

  private static Step enumeration(BtfType.Enum type, int at) {
    var size = type.size();
    var names = new HashMap<Long, byte[]>();
    for (var named : type.values()) {
      names.putIfAbsent(named.value(), quoted(named.name()));
    }
    return (value, base, out) -> {
      var raw = NumberBits.whole(value, base + at, size);
      var number = type.signed() ? NumberBits.signed(raw, 8 * size) : raw;
      var name = names.get(number);
      if (name != null) {
        out.add(name);
      } else {
        out.add('"');
        if (type.signed()) {
          out.add(number);
        } else {
          out.addUnsigned(number);
        }
        out.add('"');
      }
    };
  }

  private Step array(int id, BtfType.Array type, int at, int depth) {
    var element = btf.resolve(type.element());
    if (btf.type(element) instanceof BtfType.Int number
        && number.size() == 1
        && number.name().equals("char")) {
      return text(id, at, (int) Math.min(Integer.MAX_VALUE, type.count()));
    }
    var stride = Math.toIntExact(btf.size(type.element()));
    var count = stride == 0 ? 0 : Math.toIntExact(type.count());
    var one = step(type.element(), at, depth + 1);
    return (value, base, out) -> {
      out.add('[');
      for (int i = 0; i < count; i++) {
        if (i > 0) {
          out.add(',');
        }
        one.write(value, base + i * stride, out);
      }
      out.add(']');
    };
  }

  private Step text(int id, int at, int count) {
    var slow = slow(id, at);
    return (value, base, out) -> {
      var from = base + at;
      var length = 0;
      while (length < count && value[from + length] != 0) {
        var c = value[from + length];
        if (c < ' ' || c == 0x7f || c == '"' || c == '\\') {
          slow.write(value, base, out);
          return;
        }
        length++;
      }
      out.add('"');
      out.add(value, from, length);
      out.add('"');
    };
  }

  private Step struct(BtfType.Struct struct, int at, int depth) {
    var parts = new ArrayList<Named>();
    if (!members(struct, 8L * at, depth, parts)) {
      throw btf.malformed(0, "struct " + struct.name() + " nests more than " + DEEP + " deep");
    }
    return sequence(parts);
  }

  /// A member with the text before it.
  private record Named(String name, Step step) {}

  private boolean members(BtfType.Struct struct, long at, int depth, List<Named> parts) {
    if (depth > DEEP) {
      return false;
    }
    for (var member : struct.members()) {
      var place = at + member.bitOffset();
      if (member.name().isEmpty()
          && btf.type(btf.resolve(member.type())) instanceof BtfType.Struct inner) {
        if (!members(inner, place, depth + 1, parts)) {
          return false;
        }
      } else if (member.bits() != 0 || place % 8 != 0) {
        parts.add(new Named(member.name(), field(member, place)));
      } else {
        parts.add(
            new Named(member.name(), step(member.type(), Math.toIntExact(place / 8), depth + 1)));
      }
    }
    return true;
  }

  private Step field(BtfType.Member member, long place) {
    return (value, base, out) ->
        out.add(
            printer.printMember(
                member.type(), member.type(), 8L * base + place, member.bits(), value));
  }

  private static Step sequence(List<Named> parts) {
    var names = new byte[parts.size()][];
    var steps = new Step[parts.size()];
    for (int i = 0; i < steps.length; i++) {
      var name = parts.get(i).name();
      var text = (i == 0 ? "{" : ",") + (name.isEmpty() ? "" : name(name) + ":");
      names[i] = text.getBytes(StandardCharsets.UTF_8);
      steps[i] = parts.get(i).step();
    }
    return (value, base, out) -> {
      for (int i = 0; i < steps.length; i++) {
        out.add(names[i]);
        steps[i].write(value, base, out);
      }
      if (steps.length == 0) {
        out.add('{');
      }
      out.add('}');
    };
  }

  private static String name(String name) {
    var text = new StringBuilder();
    ValueText.json(text, name);
    return SafeText.line(text.toString());
  }

  private static byte[] quoted(String name) {
    return name(name).getBytes(StandardCharsets.UTF_8);
  }
}
