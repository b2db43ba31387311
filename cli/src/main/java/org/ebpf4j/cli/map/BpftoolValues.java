package org.ebpf4j.cli.map;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.ByteText;
import org.ebpf4j.btf.text.ValueNumber;
import org.ebpf4j.btf.text.ValuePlace;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;

/// Values by their types as bpftool has them in JSON.
final class BpftoolValues {
  private static final int CHAR = 2;
  private static final int BOOL = 4;
  private static final int DEEPEST = 32;

  void put(Btf types, int type, byte[] bytes, int offset, ByteText text) {
    put(types, new ValuePlace(type, 8L * offset, 0), bytes, text, 0);
  }

  private void put(Btf types, ValuePlace place, byte[] bytes, ByteText text, int depth) {
    if (depth > DEEPEST) {
      throw new BpfException("a type nests more than " + DEEPEST + " deep");
    }
    if (place.bits() != 0) {
      var raw = ValueNumber.of(types, place).read(bytes, 0);
      var mask = place.bits() == Long.SIZE ? -1 : (1L << place.bits()) - 1;
      text.add("\"0x" + Long.toHexString(raw & mask) + '"');
      return;
    }
    var at = place.bitOffset();
    switch (types.type(types.resolve(place.type()))) {
      case BtfType.Int t -> integer(types, t, place, bytes, text);
      case BtfType.Enum t -> enumeration(types, t, place, bytes, text);
      case BtfType.Pointer _ -> text.addUnsigned(ValueNumber.of(types, place).read(bytes, 0));
      case BtfType.Array t -> array(types, t, at, bytes, text, depth);
      case BtfType.Struct t -> {
        text.add('{');
        for (int i = 0; i < t.members().size(); i++) {
          var member = t.members().get(i);
          text.add(i == 0 ? "" : ",");
          text.add(Json.quote(member.name()) + ":");
          put(
              types,
              new ValuePlace(member.type(), at + member.bitOffset(), member.bits()),
              bytes,
              text,
              depth + 1);
        }
        text.add('}');
      }
      case BtfType.DataSection t -> {
        text.add("{" + Json.quote(t.name()) + ":[");
        for (int i = 0; i < t.variables().size(); i++) {
          var part = t.variables().get(i);
          text.add(i == 0 ? "" : ",");
          put(
              types,
              new ValuePlace(part.variable(), at + 8 * part.offset(), 0),
              bytes,
              text,
              depth + 1);
        }
        text.add("]}");
      }
      case BtfType.Variable t -> {
        text.add("{" + Json.quote(t.name()) + ":");
        put(types, new ValuePlace(t.type(), at, 0), bytes, text, depth + 1);
        text.add('}');
      }
      default -> text.add("\"(unsupported-kind)\"");
    }
  }

  private static void integer(
      Btf types, BtfType.Int type, ValuePlace place, byte[] bytes, ByteText text) {
    if (type.size() > Long.BYTES) {
      text.add('"' + "0x" + wide(place, type.size(), bytes) + '"');
      return;
    }
    var number =
        ValueNumber.of(types, new ValuePlace(types.resolve(place.type()), place.bitOffset(), 0));
    var value = number.read(bytes, 0);
    if ((type.encoding() & BOOL) != 0) {
      text.add(value != 0 ? "true" : "false");
    } else if ((type.encoding() & CHAR) != 0) {
      text.add(Json.quote(String.valueOf((char) (value & 0xff))));
    } else if (number.isSigned()) {
      text.add(value);
    } else {
      text.addUnsigned(value);
    }
  }

  private static String wide(ValuePlace place, int size, byte[] bytes) {
    var from = (int) (place.bitOffset() / 8);
    var number = java.math.BigInteger.ZERO;
    for (int i = size - 1; i >= 0; i--) {
      number = number.shiftLeft(8).or(java.math.BigInteger.valueOf(bytes[from + i] & 0xff));
    }
    return number.toString(16);
  }

  private static void enumeration(
      Btf types, BtfType.Enum type, ValuePlace place, byte[] bytes, ByteText text) {
    var value = ValueNumber.of(types, place).read(bytes, 0);
    for (var named : type.values()) {
      if (named.value() == value) {
        text.add(Json.quote(named.name()));
        return;
      }
    }
    text.add(value);
  }

  private void array(
      Btf types, BtfType.Array type, long at, byte[] bytes, ByteText text, int depth) {
    var from = (int) (at / 8);
    var string = string(types, type, bytes, from);
    if (string >= 0) {
      text.add(
          Json.quote(
              new String(bytes, from, string, java.nio.charset.StandardCharsets.ISO_8859_1)));
      return;
    }
    var size = types.size(type.element());
    text.add('[');
    for (long i = 0; i < type.count(); i++) {
      text.add(i == 0 ? "" : ",");
      put(types, new ValuePlace(type.element(), at + 8 * size * i, 0), bytes, text, depth + 1);
    }
    text.add(']');
  }

  /// How long the text is that an array of `char` holds; -1 where bpftool sees none in it: behind a
  /// typedef, without a zero, or with characters that have no shape.
  private static int string(Btf types, BtfType.Array type, byte[] bytes, int from) {
    var element = type.element();
    while (types.type(element) instanceof BtfType.Const
        || types.type(element) instanceof BtfType.Volatile) {
      element = types.sizeOrType(element);
    }
    if (!(types.type(element) instanceof BtfType.Int number)
        || number.size() != 1
        || ((number.encoding() & CHAR) == 0 && !number.name().equals("char"))) {
      return -1;
    }
    for (int i = 0; i < type.count(); i++) {
      var c = bytes[from + i];
      if (c == 0) {
        return i;
      }
      if (c < ' ' || c == 0x7f) {
        return -1;
      }
    }
    return -1;
  }
}
