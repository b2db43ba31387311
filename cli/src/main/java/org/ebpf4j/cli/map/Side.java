package org.ebpf4j.cli.map;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfJsonEncoder;
import org.ebpf4j.btf.text.BtfValueParser;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.ByteText;
import org.ebpf4j.btf.text.ValueNumber;
import org.ebpf4j.btf.text.ValuePlace;
import org.ebpf4j.cli.process.UsageException;
import org.jspecify.annotations.Nullable;

/// One side of a map's entries, the keys or the values: bytes, and what they are in C where that is
/// known.
final class Side {
  private static final HexFormat BYTES = HexFormat.ofDelimiter(" ");

  private final String name;
  private final int size;
  private final @Nullable Btf types;
  private final int type;
  private @Nullable BtfValuePrinter lines;
  private @Nullable BtfJsonEncoder json;

  /// @param name `key` or `value`
  /// @param size how many bytes it has
  /// @param types its types; null where they are not known, or hexadecimal digits are wanted
  Side(String name, int size, @Nullable Btf types, int type) {
    this.name = name;
    this.size = size;
    this.types = type == 0 ? null : types;
    this.type = type;
  }

  String name() {
    return name;
  }

  int size() {
    return size;
  }

  Optional<Btf> types() {
    return Optional.ofNullable(types);
  }

  int type() {
    return type;
  }

  /// Whether it is a number of whole bytes of which no more is known.
  private boolean isBareNumber() {
    return types == null && (size == 1 || size == 2 || size == 4 || size == 8);
  }

  /// Whether it is a struct of which a member has that name.
  boolean has(String member) {
    return members().contains(member);
  }

  Set<String> members() {
    return types == null ? Set.of() : ValuePlace.names(types, type);
  }

  /// The bytes that start at `offset` as people read them.
  String text(byte[] bytes, int offset) {
    if (types == null) {
      return isBareNumber()
          ? Long.toUnsignedString(number(bytes, offset))
          : BYTES.formatHex(bytes, offset, offset + size);
    }
    if (lines == null) {
      lines =
          new BtfValuePrinter(types, ByteOrder.nativeOrder(), BtfValuePrinter.Style.LINE)
              .withAddresses();
    }
    return lines.print(type, bytes, offset);
  }

  /// The same as JSON; bytes of which nothing is known as text of hexadecimal digits.
  void json(byte[] bytes, int offset, ByteText out) {
    if (types == null) {
      out.add('"');
      out.addHex(Arrays.copyOfRange(bytes, offset, offset + size));
      out.add('"');
      return;
    }
    if (json == null) {
      json = new BtfJsonEncoder(types, type);
    }
    json.write(bytes, offset, out);
  }

  String json(byte[] bytes, int offset) {
    var text = new ByteText();
    json(bytes, offset, text);
    return text.toString();
  }

  private long number(byte[] bytes, int offset) {
    long number = 0;
    var little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    for (int i = 0; i < size; i++) {
      number = (number << 8) | (bytes[offset + (little ? size - 1 - i : i)] & 0xff);
    }
    return number;
  }

  /// Writes a part of it into the bytes that start at `offset`.
  ///
  /// @param path which part, such as `.hits` or `[2]`; empty for all of it
  /// @throws UsageException where the text is no value of it
  void set(byte[] bytes, int offset, String path, String text) {
    if (text.startsWith("hex:")) {
      bytes(bytes, offset, path, text.substring(4));
      return;
    }
    if (types == null) {
      bare(bytes, offset, path, text);
      return;
    }
    try {
      var part = Arrays.copyOfRange(bytes, offset, offset + size);
      new BtfValueParser(types, ByteOrder.nativeOrder())
          .set(part, ValuePlace.find(types, type, path), text);
      System.arraycopy(part, 0, bytes, offset, size);
    } catch (IllegalArgumentException e) {
      throw new UsageException(name + path + "=" + text + ": " + e.getMessage(), e);
    }
  }

  private void bytes(byte[] bytes, int offset, String path, String digits) {
    byte[] given;
    try {
      given = HexFormat.of().parseHex(digits.toLowerCase(Locale.ROOT).replaceAll("[ ,:]|0x", ""));
    } catch (IllegalArgumentException e) {
      throw new UsageException(name + ": '" + digits + "' are no hexadecimal digits", e);
    }
    if (!path.isEmpty() || given.length != size) {
      throw new UsageException(
          name
              + path
              + ": "
              + given.length
              + " bytes, where "
              + (path.isEmpty() ? size + " are wanted" : "bytes can only be given for all of it"));
    }
    System.arraycopy(given, 0, bytes, offset, size);
  }

  private void bare(byte[] bytes, int offset, String path, String text) {
    if (!path.isEmpty()) {
      throw new UsageException(
          name + path + ": the map came without types, so that its " + name + "s have no members");
    }
    if (!isBareNumber() || !text.matches("-?[0-9]+|0x[0-9a-fA-F]+")) {
      throw new UsageException(
          name
              + "="
              + text
              + ": the map came without types: give "
              + (isBareNumber() ? "a number, or " : "")
              + size
              + " bytes as "
              + name
              + " hex 00 …");
    }
    var number =
        text.startsWith("0x")
            ? new java.math.BigInteger(text.substring(2), 16)
            : new java.math.BigInteger(text);
    if (number.bitLength() > 8 * size) {
      throw new UsageException(name + "=" + text + " does not fit into " + size + " bytes");
    }
    var little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    for (int i = 0; i < size; i++) {
      bytes[offset + (little ? i : size - 1 - i)] = number.shiftRight(8 * i).byteValue();
    }
  }

  /// How a number in it is read.
  ///
  /// @throws UsageException where there is none
  NumberReader number(String path) {
    if (types == null) {
      if (!path.isEmpty() || !isBareNumber()) {
        throw new UsageException(
            name + path + ": the map came without types, so that nothing is known of its members");
      }
      return new NumberReader(false, this::number);
    }
    try {
      var number = ValueNumber.of(types, ValuePlace.find(types, type, path));
      return new NumberReader(number.isSigned(), number::read);
    } catch (IllegalArgumentException e) {
      throw new UsageException(name + path + ": " + e.getMessage(), e);
    }
  }

  /// Reads numbers.
  ///
  /// @param signed whether they may be below 0
  record NumberReader(boolean signed, Reader reader) {
    /// Reads the number in what starts at a byte.
    @FunctionalInterface
    interface Reader {
      long read(byte[] bytes, int offset);
    }

    long read(byte[] bytes, int offset) {
      return reader.read(bytes, offset);
    }
  }

  /// How text in it is read: an array of `char`; empty where the part is none.
  Optional<TextReader> text(String path) {
    if (types == null) {
      return Optional.empty();
    }
    ValuePlace place;
    try {
      place = ValuePlace.find(types, type, path);
    } catch (IllegalArgumentException e) {
      throw new UsageException(name + path + ": " + e.getMessage(), e);
    }
    if (types.type(types.resolve(place.type())) instanceof BtfType.Array array
        && types.type(types.resolve(array.element())) instanceof BtfType.Int number
        && number.size() == 1) {
      return Optional.of(new TextReader((int) (place.bitOffset() / 8), (int) array.count()));
    }
    return Optional.empty();
  }

  /// Reads text up to its first zero.
  record TextReader(int at, int count) {
    String read(byte[] bytes, int offset) {
      var from = offset + at;
      var end = from;
      while (end < from + count && bytes[end] != 0) {
        end++;
      }
      return new String(bytes, from, end - from, java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
