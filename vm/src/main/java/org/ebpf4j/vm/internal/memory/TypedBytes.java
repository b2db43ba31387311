package org.ebpf4j.vm.internal.memory;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValueParser;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.btf.text.ValuePlace;

/// A value in an array of bytes, by its BTF type: its parts are read and written by their paths,
/// such as `cred.uid.val` or `args[1]`. Numbers are little-endian.
///
/// @param type the type of the value; 0 for bytes without one
/// @param bytes the array that it is in, which is shared
/// @param offset where in the array it begins
@SuppressWarnings("ArrayRecordComponent") // Shared on purpose, and never compared.
public record TypedBytes(Btf types, int type, byte[] bytes, int offset) {
  /// The place of a part.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member; offers near ones
  /// @throws IllegalArgumentException where the path is none, or an index is out of range
  public ValuePlace place(String path) {
    return ValuePlace.find(types, type, path);
  }

  /// Whether the value has a member of a name.
  public boolean has(String member) {
    return ValuePlace.names(types, type).contains(member);
  }

  /// The type of a part, without names and qualifiers.
  public BtfType typeOf(ValuePlace place) {
    return types.type(types.resolve(place.type()));
  }

  /// The value's type in C.
  public String typeName() {
    return typeName(type);
  }

  /// A type in C.
  public String typeName(int id) {
    return id == 0 ? "bytes" : new CDeclarations(types).declaration(id, "").strip();
  }

  /// How many bits a part has that is a number.
  ///
  /// @throws IllegalArgumentException where it is none
  private int width(ValuePlace place, String path) {
    if (place.bits() != 0) {
      return place.bits();
    }
    return switch (typeOf(place)) {
      case BtfType.Int number -> 8 * number.size();
      case BtfType.Enum number -> 8 * number.size();
      case BtfType.Pointer _ -> Long.SIZE;
      case BtfType.Struct struct when struct.size() <= Long.BYTES && struct.members().size() == 1 ->
          (int) (8 * struct.size());
      default ->
          throw new IllegalArgumentException(
              "'" + path + "' is no number, but " + typeName(place.type()));
    };
  }

  /// The number in a part: an integer, an enumeration, a pointer, a bit field, or a struct around
  /// one of them.
  ///
  /// @throws IllegalArgumentException where it is none, or has more than 64 bits
  public long number(ValuePlace place, String path) {
    var bits = checked(width(place, path), path);
    long value = 0;
    for (int i = 0; i < bits; i++) {
      var at = 8L * offset + place.bitOffset() + i;
      value |= (long) ((bytes[(int) (at >>> 3)] >>> (at & 7)) & 1) << i;
    }
    return isSigned(place) ? value << (Long.SIZE - bits) >> (Long.SIZE - bits) : value;
  }

  private boolean isSigned(ValuePlace place) {
    return switch (typeOf(place)) {
      case BtfType.Int number -> (number.encoding() & 1) != 0;
      case BtfType.Enum number -> number.signed();
      default -> false;
    };
  }

  private static int checked(int bits, String path) {
    if (bits > Long.SIZE) {
      throw new IllegalArgumentException("'" + path + "' has " + bits + " bits, more than 64");
    }
    return bits;
  }

  /// Writes a number, signed or unsigned.
  ///
  /// @throws IllegalArgumentException where the part is no number, or has not as many bits
  public void setNumber(ValuePlace place, String path, long value) {
    var bits = checked(width(place, path), path);
    if (bits < Long.SIZE && value >>> bits != 0 && value >> (bits - 1) != -1) {
      throw new IllegalArgumentException(
          "'" + path + "' has " + bits + " bits, too few for " + value);
    }
    for (int i = 0; i < bits; i++) {
      var at = 8L * offset + place.bitOffset() + i;
      var mask = 1 << (at & 7);
      var index = (int) (at >>> 3);
      bytes[index] = (byte) ((value >>> i & 1) != 0 ? bytes[index] | mask : bytes[index] & ~mask);
    }
  }

  /// Where a part is in the array.
  public int start(ValuePlace place) {
    return offset + (int) (place.bitOffset() / 8);
  }

  /// How many bytes a part has; for bytes without a type, and for the rest of a flexible array, all
  /// that there are.
  public int size(ValuePlace place) {
    if (place.type() == 0 || types.isFlexibleArray(type, place.type(), place.bitOffset())) {
      return bytes.length - start(place);
    }
    return (int) types.size(place.type());
  }

  /// The bytes of a part.
  public byte[] get(ValuePlace place) {
    return Arrays.copyOfRange(bytes, start(place), start(place) + size(place));
  }

  /// Writes bytes over those of a part; what is left of it stays.
  ///
  /// @throws IllegalArgumentException where there are more than it has
  public void set(ValuePlace place, String path, byte[] value) {
    if (value.length > size(place)) {
      throw new IllegalArgumentException(
          "'" + path + "' has " + size(place) + " bytes, too few for " + value.length);
    }
    System.arraycopy(value, 0, bytes, start(place), value.length);
  }

  /// Writes text: into an array of characters the text itself, with zeroes behind it; otherwise a
  /// value as C has it (`{ .a = 1 }`, the name of a constant, an address of the network).
  ///
  /// @throws IllegalArgumentException where it does not fit, or is no value of the type
  public void setText(ValuePlace place, String path, String text) {
    if (!isText(place)) {
      var part = Arrays.copyOfRange(bytes, offset, bytes.length);
      new BtfValueParser(types, ByteOrder.LITTLE_ENDIAN).set(part, place, text);
      System.arraycopy(part, 0, bytes, offset, part.length);
      return;
    }
    var value = text.getBytes(StandardCharsets.UTF_8);
    if (value.length >= size(place)) {
      throw new IllegalArgumentException(
          "'"
              + path
              + "' has "
              + size(place)
              + " bytes, too few for text of "
              + value.length
              + " and its end");
    }
    Arrays.fill(bytes, start(place), start(place) + size(place), (byte) 0);
    set(place, path, value);
  }

  /// Whether a part is an array of characters, or bytes without a type.
  public boolean isText(ValuePlace place) {
    return place.type() == 0
        || (typeOf(place) instanceof BtfType.Array array && isCharacter(array.element()));
  }

  private boolean isCharacter(int id) {
    return types.type(types.resolve(id)) instanceof BtfType.Int number && number.size() == 1;
  }

  /// What a pointer points to: the id of the type; empty where the part is no pointer.
  public Optional<Integer> target(ValuePlace place) {
    return typeOf(place) instanceof BtfType.Pointer(int target) && place.bits() == 0
        ? Optional.of(target)
        : Optional.empty();
  }

  /// Whether a part is a pointer to characters.
  public boolean isPointerToText(ValuePlace place) {
    return target(place).filter(id -> id != 0 && isCharacter(id)).isPresent();
  }

  /// A part as text: characters up to the first zero, anything else as C has it.
  public String text(ValuePlace place) {
    if (isText(place)) {
      return text(get(place));
    }
    var all = Arrays.copyOfRange(bytes, offset, bytes.length);
    return new BtfValuePrinter(types, ByteOrder.LITTLE_ENDIAN, BtfValuePrinter.Style.LINE)
        .printMember(type, place.type(), place.bitOffset(), place.bits(), all);
  }

  /// The text in bytes up to the first zero.
  public static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
