package org.ebpf4j.btf.text;

import java.util.Arrays;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.text.BtfValuePrinter.Style;

/// One value as it is printed. Places are in bits, as BTF has them.
final class ValueWriter {
  /// The bytes are a value as a whole.
  static final int NO_RECORD = -1;

  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  private final StringBuilder out = new StringBuilder();
  private final Btf btf;
  private final Style style;
  private final int pointerSize;
  private final boolean addresses;
  private final TypeWalk walk;
  private final CLayout layout;
  private final byte[] bytes;
  private final ValueBits numbers;
  private final long end;
  private final int record;
  private int indent;

  /// @param record the type that the bytes are a record of, which may end early; or [#NO_RECORD]
  ValueWriter(BtfValuePrinter printer, TypeWalk walk, CLayout layout, byte[] bytes, int record) {
    this.btf = printer.types().btf();
    this.style = printer.style();
    this.pointerSize = printer.pointerSize();
    this.addresses = printer.addresses();
    this.walk = walk;
    this.layout = layout;
    this.bytes = bytes;
    this.numbers = new ValueBits(walk, printer.order(), bytes);
    this.end = 8L * bytes.length;
    this.record = record;
  }

  /// What was written.
  String text() {
    return out.toString();
  }

  /// Writes the value of a type.
  void value(int id, long at, int depth) {
    walk.checkDepth(id, depth);
    if (addresses && network(id, at)) {
      return;
    }
    switch (walk.get(id)) {
      case BtfType.Int t -> integer(id, t, at, 0);
      case BtfType.Enum t -> enumeration(id, t, at, 8 * t.size());
      case BtfType.Floating t -> floating(id, t, at);
      case BtfType.Pointer _ -> {
        if (!missing(at, 8L * pointerSize)) {
          address(Long.toHexString(numbers.read(id, at, 8 * pointerSize)));
        }
      }
      case BtfType.Array t -> array(id, t, at, depth);
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

  /// Writes a member, which is a bit field where it has bits.
  void member(int type, int bits, long at, int depth) {
    if (bits == 0) {
      value(type, at, depth);
      return;
    }
    var resolved = resolve(type);
    if (walk.get(resolved) instanceof BtfType.Int number) {
      integer(resolved, number, at, bits);
    } else if (walk.get(resolved) instanceof BtfType.Enum enumeration) {
      enumeration(resolved, enumeration, at, bits);
    } else {
      throw walk.malformed(resolved, "is no number, but the type of a bit field");
    }
  }

  private void members(Struct struct, long at, int depth, Items list) {
    for (var member : struct.members()) {
      var type = resolve(member.type());
      var place = at + member.bitOffset();
      if (member.name().isEmpty() && walk.get(type) instanceof Struct inner) {
        walk.checkDepth(type, depth);
        members(inner, place, depth + 1, list);
      } else if (style == Style.JSON || !isMissing(type, member.bits(), place)) {
        walk.write(type, member.name());
        list.next(member.name());
        member(member.bits() == 0 ? member.type() : type, member.bits(), place, depth + 1);
      }
    }
  }

  /// Whether a record ends before a member has anything that can be shown.
  private boolean isMissing(int type, int bits, long at) {
    if (record == NO_RECORD) {
      return false;
    }
    return switch (walk.get(type)) {
      case BtfType.Array _, Struct _ -> at >= end;
      default -> at + (bits == 0 ? 8 * layout.size(type) : bits) > end;
    };
  }

  /// Writes what stands for a single value that is not there; whether it is not.
  private boolean missing(long at, long bits) {
    if (record == NO_RECORD || at + bits <= end) {
      return false;
    }
    out.append(style == Style.JSON ? "null" : "-");
    return true;
  }

  /// Writes a value of the network, if it is one.
  private boolean network(int id, long at) {
    return switch (walk.get(id)) {
      case BtfType.Typedef t when t.name().equals("__be16") -> {
        if (!missing(at, 16)) {
          var from = numbers.place(id, at, 16);
          out.append(((bytes[from] & 0xff) << 8) | (bytes[from + 1] & 0xff));
        }
        yield true;
      }
      case BtfType.Typedef t when t.name().equals("__be32") -> host(id, at, 4);
      case Struct t when t.name().equals("in_addr") && t.size() == 4 -> host(id, at, 4);
      case Struct t when t.name().equals("in6_addr") && t.size() == 16 -> host(id, at, 16);
      default -> false;
    };
  }

  private boolean host(int id, long at, int size) {
    if (!missing(at, 8L * size)) {
      var from = numbers.place(id, at, 8L * size);
      quoted(ValueText.address(Arrays.copyOfRange(bytes, from, from + size)));
    }
    return true;
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

  /// Writes an integer of `bits` bits; with 0, of as many as its type says.
  private void integer(int id, BtfType.Int type, long at, int bits) {
    var own = type.bits() == 0 ? 8 * type.size() : type.bits();
    var width = bits == 0 ? own : bits;
    var from = bits == 0 ? at + type.bitOffset() : at;
    if (width <= 0 || own + type.bitOffset() > 8 * type.size()) {
      throw walk.malformed(id, "has " + own + " bits in " + type.size() + " bytes");
    }
    if (missing(from, width)) {
      return;
    }
    var signed = (type.encoding() & SIGNED) != 0;
    if (width > Long.SIZE) {
      var value = numbers.wide(id, from, width);
      out.append(signed ? ValueBits.signed(value, width) : value);
      return;
    }
    var value = numbers.read(id, from, width);
    if ((type.encoding() & BOOL) != 0) {
      out.append(value != 0);
    } else if (style != Style.JSON && isCharacter(type) && ValueText.isPrintable((int) value)) {
      out.append('\'');
      ValueText.escape(out, (int) value, '\'');
      out.append('\'');
    } else {
      number(value, width, signed);
    }
  }

  private void number(long value, int width, boolean signed) {
    if (signed) {
      out.append(ValueBits.signed(value, width));
    } else if (value >= 0) {
      out.append(value);
    } else {
      out.append(Long.toUnsignedString(value));
    }
  }

  private void enumeration(int id, BtfType.Enum type, long at, int width) {
    if (width <= 0 || width > Long.SIZE) {
      throw walk.malformed(id, "has " + width + " bits, and is an enumeration");
    }
    if (missing(at, width)) {
      return;
    }
    var raw = numbers.read(id, at, width);
    var value = type.signed() ? ValueBits.signed(raw, width) : raw;
    for (var named : type.values()) {
      walk.step(id);
      if (named.value() == value) {
        walk.write(id, named.name());
        quoted(named.name());
        return;
      }
    }
    // Text as the names are: a field of JSON is of one type.
    var quote = style == Style.JSON ? "\"" : "";
    out.append(quote);
    number(raw, width, type.signed());
    out.append(quote);
  }

  private void floating(int id, BtfType.Floating type, long at) {
    if (type.size() <= 0) {
      throw walk.malformed(id, "has no size");
    }
    if (missing(at, 8L * type.size())) {
      return;
    }
    switch (type.size()) {
      case 4 -> {
        var value = Float.intBitsToFloat((int) numbers.read(id, at, 32));
        real(Float.isFinite(value), Float.toString(value));
      }
      case 8 -> {
        var value = Double.longBitsToDouble(numbers.read(id, at, 64));
        real(Double.isFinite(value), Double.toString(value));
      }
      // The formats of other sizes differ between machines.
      default -> address(numbers.wide(id, at, 8 * type.size()).toString(16));
    }
  }

  private void real(boolean finite, String text) {
    out.append(finite || style != Style.JSON ? text : "null");
  }

  private void address(String digits) {
    quoted("0x" + digits);
  }

  /// Writes what is text in JSON and none in C.
  private void quoted(String text) {
    if (style == Style.JSON) {
      ValueText.json(out, text);
    } else {
      out.append(text);
    }
  }

  private void array(int id, BtfType.Array type, long at, int depth) {
    var element = resolve(type.element());
    if (walk.get(element) instanceof BtfType.Int number && isCharacter(number)) {
      text(type, at, (int) Math.min(Integer.MAX_VALUE, count(id, type, at, 8)));
      return;
    }
    var size = 8 * layout.size(element);
    var count = size == 0 ? 0 : count(id, type, at, size);
    var list =
        style == Style.JSON
            ? new Items('[', ']', false)
            : new Items('{', '}', walk.get(element) instanceof Struct);
    for (long i = 0; i < count; i++) {
      list.next("");
      value(type.element(), at + i * size, depth + 1);
    }
    list.end();
  }

  /// How many elements of `size` bits there are: of a record, those that it has something of, and
  /// of its flexible array those that it has whole.
  private long count(int id, BtfType.Array type, long at, long size) {
    if (record == NO_RECORD) {
      return type.count();
    }
    var left = Math.max(0, end - at);
    if (type.count() == 0) {
      var flexible =
          record == id
              || (btf.type(btf.resolve(record)) instanceof Struct
                  && btf.isFlexibleArray(record, id, at));
      return flexible ? left / size : 0;
    }
    return Math.min(type.count(), Math.ceilDiv(left, size));
  }

  /// Writes an array of `char`, up to its first zero.
  private void text(BtfType.Array type, long at, int count) {
    if (record != NO_RECORD && at >= end) {
      out.append("\"\"");
      return;
    }
    var from = numbers.place(type.element(), at, 8L * count);
    ValueText.characters(out, bytes, from, count, style == Style.JSON);
  }

  /// Compilers write no encoding for `char`, and its name nowhere else.
  private static boolean isCharacter(BtfType.Int type) {
    return type.size() == 1 && type.name().equals("char");
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
      out.append(any ? "," : "");
      any = true;
      if (style == Style.JSON) {
        if (!name.isEmpty()) {
          ValueText.json(out, name);
          out.append(':');
        }
        return;
      }
      walk.write(lines ? indent : 0);
      out.append(lines ? '\n' : ' ');
      out.repeat('\t', lines ? indent : 0);
      if (!name.isEmpty()) {
        out.append('.').append(name).append(" = ");
      }
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
