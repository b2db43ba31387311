package org.ebpf4j.object;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.error.NearestNames;

/// The global variables of an object, as its types describe its data sections.
final class Variables {
  private static final int LARGEST_NUMBER = 16;

  /// The section of the variables of an arena.
  static final String ARENA_SECTION = ".addr_space.1";

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
    return encode(variable, type(types, variable).read(value), type(types, variable), order);
  }

  private static NumberType type(Btf types, Variable variable) {
    return NumberType.of(types, variable.type())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "variable '"
                    + variable.name()
                    + "' ("
                    + CTypeName.of(types, variable.type())
                    + ") is no number; "
                    + parts(types, variable)));
  }

  /// What may be set in place of something that is no number.
  private static String parts(Btf types, Variable variable) {
    return switch (types.type(types.resolve(variable.type()))) {
      case BtfType.Array array -> "set an element, such as " + variable.name() + "[0]";
      case BtfType.Struct struct ->
          struct.members().stream()
              .filter(m -> !m.name().isEmpty())
              .findFirst()
              .map(m -> "set a member, such as " + variable.name() + "." + m.name())
              .orElse("give its bytes");
      default -> "give its bytes";
    };
  }

  private static byte[] encode(
      Variable variable, BigInteger value, NumberType type, ByteOrder order) {
    type.check(variable.name(), value);
    // What the object says of a variable's size may not be what its type has.
    if (variable.size() > LARGEST_NUMBER) {
      throw new IllegalArgumentException(
          "variable '"
              + variable.name()
              + "' is a number, but has "
              + variable.size()
              + " bytes in the object");
    }
    var bytes = new byte[variable.size()];
    for (int i = 0; i < bytes.length; i++) {
      var place = order == ByteOrder.LITTLE_ENDIAN ? i : bytes.length - 1 - i;
      bytes[place] = value.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  /// What people write for a variable, as its bytes, without the zeroes that end text: text for an
  /// array of `char`, `true` or `false`, the name of an enum's value, a number in decimal or with
  /// `0x`.
  static byte[] parse(Btf types, Variable variable, String text, ByteOrder order) {
    if (types.type(types.resolve(variable.type())) instanceof BtfType.Array array
        && isText(types, array)) {
      return text(variable, text);
    }
    var type = type(types, variable);
    var value =
        types.type(types.resolve(variable.type())) instanceof BtfType.Enum named
            ? value(named, variable, text, type)
            : type.isTruth() && isTruth(text)
                ? BigInteger.valueOf(text.equals("true") ? 1 : 0)
                : number(variable, text, type);
    return encode(variable, value, type, order);
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
    return bytes;
  }

  private static BigInteger value(
      BtfType.Enum type, Variable variable, String text, NumberType kind) {
    for (var value : type.values()) {
      if (value.name().equals(text)) {
        return type.signed()
            ? BigInteger.valueOf(value.value())
            : new BigInteger(Long.toUnsignedString(value.value()));
      }
    }
    if (!text.isEmpty() && Character.isJavaIdentifierStart(text.charAt(0))) {
      var near = NearestNames.of(text, type.values().stream().map(v -> v.name()).toList());
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no value of variable '"
              + variable.name()
              + "'"
              + (near.isEmpty() ? "" : "; near it: " + String.join(", ", near)));
    }
    return number(variable, text, kind);
  }

  private static BigInteger number(Variable variable, String text, NumberType type) {
    var negative = text.startsWith("-");
    var digits = negative ? text.substring(1) : text;
    var hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
    var plain = hexadecimal ? digits.substring(2) : digits;
    // More digits than any number has are no number, but a way to spend time.
    if (!plain.matches(hexadecimal ? "[0-9a-fA-F]{1,32}" : "[0-9]{1,40}")) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no number: variable '"
              + variable.name()
              + "' ("
              + type.name()
              + ") holds "
              + type.values());
    }
    var value = new BigInteger(plain, hexadecimal ? 16 : 10);
    return negative ? value.negate() : value;
  }
}
