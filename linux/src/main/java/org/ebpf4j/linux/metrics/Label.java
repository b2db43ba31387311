package org.ebpf4j.linux.metrics;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.RawMap;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// How a part of a map's key becomes a label.
///
/// @param name the name of the label
/// @param offset where the part starts in the key
/// @param size how many bytes it has
/// @param text what the bytes mean; empty where entries with such a key are to be left out
public record Label(String name, int offset, int size, Function<byte[], Optional<String>> text) {
  private static final int BOOL = 4;

  /// The labels that the type of a map's keys in C tells: one for each member of a struct, and of
  /// the structs in it (`inner_member`); one named `key` where keys are no structs. Numbers are
  /// decimal, enums are named, arrays of `char` are text; `in_addr`, `in6_addr` and `__be32` are
  /// addresses, `__be16` is a number of the network; pointers, arrays and unions are hexadecimal.
  /// Bit fields are left out. Where the type is not known, there is one label, `key`: a number
  /// where it has the size of one, or else hexadecimal.
  public static List<Label> ofKey(RawMap map) {
    var layout = map.layout().filter(l -> l.key() != 0);
    var labels = new ArrayList<Label>();
    if (layout.isPresent()) {
      var types = layout.get().types();
      for (var field : Field.of(types, layout.get().key(), map.keySize())) {
        labels.add(
            new Label(
                field.path().isEmpty() ? "key" : field.path(),
                field.offset(),
                field.size(),
                text(types, field)));
      }
    } else if (map.keySize() > 0) {
      labels.add(new Label("key", 0, map.keySize(), Label::plain));
    }
    return labels;
  }

  /// A part of a key with another name.
  public Label withName(String other) {
    return new Label(other, offset, size, text);
  }

  /// A part of a key that means something else.
  public Label withText(Function<byte[], Optional<String>> other) {
    return new Label(name, offset, size, other);
  }

  Optional<String> of(byte[] key) {
    return text.apply(Arrays.copyOfRange(key, offset, offset + size));
  }

  /// An address of the internet as text, from the 4 or 16 bytes that packets have it in.
  ///
  /// @throws IllegalArgumentException where there are neither 4 nor 16
  public static String address(byte[] bytes) {
    try {
      var address = InetAddress.getByAddress(bytes);
      return address instanceof Inet6Address ? shortened(bytes) : address.getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
    }
  }

  /// The form that RFC 5952 recommends: `::` for the longest row of zeros, the first of several.
  private static String shortened(byte[] bytes) {
    var groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    var start = 8;
    var length = 1;
    for (int i = 0; i < 8; i++) {
      var zeros = 0;
      while (i + zeros < 8 && groups[i + zeros] == 0) {
        zeros++;
      }
      if (zeros > length) {
        start = i;
        length = zeros;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        text.append(text.isEmpty() || i == start + length ? "" : ":");
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  /// An unsigned number of 1, 2, 4 or 8 bytes, in the byte order of this machine.
  ///
  /// @throws IllegalArgumentException for another number of bytes
  public static String unsigned(byte[] bytes) {
    return Long.toUnsignedString(Numbers.unsigned(bytes, 0, bytes.length));
  }

  /// Text up to its first zero byte. Bytes that are not UTF-8 become U+FFFD.
  public static String text(byte[] bytes) {
    var end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static Optional<String> plain(byte[] bytes) {
    return Optional.of(
        Numbers.isSize(bytes.length) ? unsigned(bytes) : HexFormat.of().formatHex(bytes));
  }

  private static Function<byte[], Optional<String>> text(Btf types, Field field) {
    return switch (field.type()) {
      case BtfType.Int t when field.network() && t.size() == 4 ->
          bytes -> Optional.of(address(bytes));
      case BtfType.Int t when field.network() && t.size() == 2 ->
          bytes -> Optional.of(Integer.toString(((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)));
      case BtfType.Int t when !Numbers.isSize(t.size()) -> Label::hexadecimal;
      case BtfType.Int t when (t.encoding() & BOOL) != 0 ->
          bytes -> Optional.of(String.valueOf(Numbers.unsigned(bytes, 0, bytes.length) != 0));
      case BtfType.Int t when (t.encoding() & Numbers.SIGNED) != 0 ->
          bytes -> Optional.of(Long.toString(Numbers.signed(bytes, 0, bytes.length)));
      case BtfType.Int _ -> bytes -> Optional.of(unsigned(bytes));
      case BtfType.Enum t when Numbers.isSize(t.size()) -> bytes -> Optional.of(name(t, bytes));
      case BtfType.Array t
          when types.type(types.resolve(t.element())) instanceof BtfType.Int element
              && element.size() == 1
              && element.name().equals("char") ->
          bytes -> Optional.of(text(bytes));
      case BtfType.Struct t when Field.isAddress(t) -> bytes -> Optional.of(address(bytes));
      case BtfType.Pointer _ ->
          bytes -> Optional.of("0x" + Long.toHexString(Numbers.unsigned(bytes, 0, bytes.length)));
      default -> Label::hexadecimal;
    };
  }

  private static Optional<String> hexadecimal(byte[] bytes) {
    return Optional.of(HexFormat.of().formatHex(bytes));
  }

  private static String name(BtfType.Enum type, byte[] bytes) {
    var value =
        type.signed()
            ? Numbers.signed(bytes, 0, bytes.length)
            : Numbers.unsigned(bytes, 0, bytes.length);
    return type.values().stream()
        .filter(v -> v.value() == value)
        .map(BtfType.Enumerator::name)
        .findFirst()
        .orElseGet(() -> type.signed() ? Long.toString(value) : Long.toUnsignedString(value));
  }
}
