package org.ebpf4j.object;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// The global variables of an object, as its types describe its data sections.
final class Variables {
  /// The section of the variables of an arena.
  static final String ARENA_SECTION = ".addr_space.1";

  private static final int BOOL = 4;

  private Variables() {}

  /// Those of all data sections, in the order of the maps.
  static List<Variable> of(Btf types, List<MapSpec> maps) {
    var variables = new ArrayList<Variable>();
    for (var map : maps) {
      for (var entry : described(types, map)) {
        if (types.type(entry.variable()) instanceof BtfType.Variable variable
            && entry.offset() >= 0
            && entry.size() >= 0
            && entry.offset() + entry.size() <= room(map)) {
          variables.add(
              new Variable(
                  variable.name(),
                  map.name(),
                  (int) entry.offset(),
                  (int) entry.size(),
                  variable.type(),
                  map.frozen()));
        }
      }
    }
    return variables;
  }

  private static List<BtfType.SectionVariable> described(Btf types, MapSpec map) {
    if (isArena(map)) {
      return types.dataSection(ARENA_SECTION).map(s -> s.variables()).orElse(List.of());
    }
    return map.valueType() != 0
            && types.type(map.valueType()) instanceof BtfType.DataSection section
        ? section.variables()
        : List.of();
  }

  private static long room(MapSpec map) {
    return isArena(map) ? map.content().map(Bytes::size).orElse(0) : map.valueSize();
  }

  private static boolean isArena(MapSpec map) {
    return map.type() == MapType.ARENA.number();
  }

  /// A number as the bytes of a variable.
  static byte[] encode(Btf types, Variable variable, long value, ByteOrder order) {
    var signed =
        switch (types.type(types.resolve(variable.type()))) {
          case BtfType.Int number -> (number.encoding() & 1) != 0;
          case BtfType.Enum number -> number.signed();
          case BtfType.Pointer _ -> false;
          default ->
              throw new IllegalArgumentException(
                  "variable '" + variable.name() + "' is no number; give its bytes");
        };
    var bits = variable.size() * 8;
    var fits =
        bits >= 64
            || (signed
                ? value >= -1L << (bits - 1) && value < 1L << (bits - 1)
                : value >>> bits == 0);
    if (!fits || bits > 64) {
      throw new IllegalArgumentException(
          value
              + " does not fit into variable '"
              + variable.name()
              + "' of "
              + variable.size()
              + (signed ? " signed" : " unsigned")
              + " bytes");
    }
    var buffer = ByteBuffer.allocate(8).order(order).putLong(value).array();
    var bytes = new byte[variable.size()];
    System.arraycopy(
        buffer, order == ByteOrder.LITTLE_ENDIAN ? 0 : 8 - bytes.length, bytes, 0, bytes.length);
    return bytes;
  }

  /// What people write for a variable, as its bytes: text for an array of `char`, `true` or
  /// `false`, the name of an enum's value, a number in decimal or with `0x`.
  static byte[] parse(Btf types, Variable variable, String text, ByteOrder order) {
    return switch (types.type(types.resolve(variable.type()))) {
      case BtfType.Array array when isText(types, array) -> text(variable, text);
      case BtfType.Int number when (number.encoding() & BOOL) != 0 && isTruth(text) ->
          encode(types, variable, Boolean.parseBoolean(text) ? 1 : 0, order);
      case BtfType.Enum named -> encode(types, variable, value(named, variable, text), order);
      default -> encode(types, variable, number(variable, text), order);
    };
  }

  private static boolean isText(Btf types, BtfType.Array array) {
    return types.type(types.resolve(array.element())) instanceof BtfType.Int element
        && element.size() == 1
        && element.name().equals("char");
  }

  private static boolean isTruth(String text) {
    return text.equals("true") || text.equals("false");
  }

  private static byte[] text(Variable variable, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= variable.size()) {
      throw new IllegalArgumentException(
          "variable '"
              + variable.name()
              + "' has room for "
              + (variable.size() - 1)
              + " bytes of text, and a zero, not "
              + bytes.length);
    }
    return Arrays.copyOf(bytes, variable.size());
  }

  private static long value(BtfType.Enum type, Variable variable, String text) {
    for (var value : type.values()) {
      if (value.name().equals(text)) {
        return value.value();
      }
    }
    return number(variable, text);
  }

  private static long number(Variable variable, String text) {
    try {
      return text.startsWith("0x")
          ? Long.parseUnsignedLong(text.substring(2), 16)
          : text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is nothing that variable '" + variable.name() + "' could hold", e);
    }
  }
}
