package org.ebpf4j.btf.text;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.NotFoundException;

/// Values from text, by their BTF types: the other way of [BtfValuePrinter].
///
/// Numbers are decimal, hexadecimal (`0x…`) or a character (`'c'`); enums a name or a number;
/// `bool` true, false, 1 or 0; arrays of `char` text, in quotes or not; arrays `[1, 2]` or `{1,
/// 2}`; structs `{a = 1, b = {c = 2}}`, `{ .a = 1 }` or `{"a": 1}`. A `__be16` is a port number, a
/// `__be32` and a `struct in_addr` an IPv4 address, a `struct in6_addr` an IPv6 address; numbers
/// for these are in the order of the network. What is not mentioned stays as it is. One parser may
/// serve many threads.
public final class BtfValueParser {
  private static final int SIGNED = 1;
  private static final int BOOL = 4;
  private static final int DEEPEST = 32;

  private final Btf btf;
  private final ByteOrder order;

  /// @param order the byte order of the values
  public BtfValueParser(Btf btf, ByteOrder order) {
    this.btf = btf;
    this.order = order;
  }

  /// A value of a type; all that the text does not mention is 0.
  ///
  /// @throws IllegalArgumentException where the text is no value of the type
  /// @throws NotFoundException where it names a member that is not there
  public byte[] parse(int type, String text) {
    var bytes = new byte[Math.toIntExact(btf.size(type))];
    set(bytes, ValuePlace.of(type), text);
    return bytes;
  }

  /// Writes a part of a value.
  ///
  /// @throws IllegalArgumentException where the text is no value of the part's type; then parts of
  ///   it may have been written
  /// @throws NotFoundException where it names a member that is not there
  public void set(byte[] bytes, ValuePlace place, String text) {
    var words = new ValueWords(text);
    if (words.isList()) {
      value(bytes, place, words, 0);
    } else {
      single(bytes, place, words.rest());
    }
    words.end();
  }

  private void value(byte[] bytes, ValuePlace place, ValueWords words, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("'" + words + "' nests too deep");
    }
    if (!words.isList()) {
      single(bytes, place, words.next());
      return;
    }
    var close = words.open();
    var list = btf.type(btf.resolve(place.type())) instanceof BtfType.Array array ? array : null;
    for (int i = 0; !words.closes(close); i++) {
      if (list == null) {
        value(bytes, place.member(btf, words.name()), words, depth + 1);
      } else if (i >= list.count()) {
        throw new IllegalArgumentException(
            "'" + words + "' has more than the " + list.count() + " elements of the array");
      } else {
        var at = place.bitOffset() + 8 * btf.size(list.element()) * i;
        value(bytes, new ValuePlace(list.element(), at, 0), words, depth + 1);
      }
    }
  }

  /// Writes what is no list: a number, a name, an address, text.
  private void single(byte[] bytes, ValuePlace place, String word) {
    var text = ValueWords.unquoted(word);
    if (place.bits() == 0 && network(bytes, place, text)) {
      return;
    }
    var resolved = btf.resolve(place.type());
    switch (btf.type(resolved)) {
      case BtfType.Variable t ->
          single(bytes, new ValuePlace(t.type(), place.bitOffset(), 0), word);
      case BtfType.Int t -> {
        var bits = place.bits() != 0 ? place.bits() : t.bits() == 0 ? 8 * t.size() : t.bits();
        var at = place.bitOffset() + (place.bits() == 0 ? t.bitOffset() : 0);
        number(bytes, at, bits, integer(text, t, place), (t.encoding() & SIGNED) != 0, text);
      }
      case BtfType.Enum t -> {
        var bits = place.bits() != 0 ? place.bits() : 8 * t.size();
        number(bytes, place.bitOffset(), bits, enumerator(text, t), t.signed(), text);
      }
      case BtfType.Pointer _ ->
          number(bytes, place.bitOffset(), Long.SIZE, plain(text, place), false, text);
      case BtfType.Floating t -> floating(bytes, place, t, text);
      case BtfType.Array t -> text(bytes, place, t, word);
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is no " + place.describe(btf) + ": write {member=value, …}");
    }
  }

  private void number(
      byte[] bytes, long at, int bits, BigInteger value, boolean signed, String text) {
    var least = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
    var most = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
    // A hexadecimal number is the bits themselves.
    var raw = text.startsWith("0x") && value.bitLength() <= bits;
    if (!raw && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
      throw new IllegalArgumentException(
          "'" + text + "' does not fit: from " + least + " to " + most + " does");
    }
    var little = order == ByteOrder.LITTLE_ENDIAN;
    for (int done = 0; done < bits; done += Long.SIZE) {
      var count = Math.min(Long.SIZE, bits - done);
      var place = little ? at + done : at + bits - done - count;
      NumberBits.put(bytes, place, count, order, value.shiftRight(done).longValue());
    }
  }

  private BigInteger integer(String text, BtfType.Int type, ValuePlace place) {
    if ((type.encoding() & BOOL) != 0) {
      return switch (text) {
        case "true", "1" -> BigInteger.ONE;
        case "false", "0" -> BigInteger.ZERO;
        default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
      };
    }
    return plain(text, place);
  }

  private BigInteger plain(String text, ValuePlace place) {
    try {
      if (text.length() == 3 && text.startsWith("'") && text.endsWith("'")) {
        return BigInteger.valueOf(text.charAt(1));
      }
      var digits = text.startsWith("-") ? text.substring(1) : text;
      if (!digits.isEmpty() && Character.digit(digits.charAt(0), 10) >= 0) {
        var value =
            digits.startsWith("0x")
                ? new BigInteger(digits.substring(2), 16)
                : new BigInteger(digits);
        return text.startsWith("-") ? value.negate() : value;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no number, which " + place.describe(btf) + " wants");
  }

  private static BigInteger enumerator(String text, BtfType.Enum type) {
    for (var named : type.values()) {
      if (named.name().equals(text)) {
        var value = BigInteger.valueOf(named.value());
        return type.signed() || value.signum() >= 0
            ? value
            : value.add(BigInteger.ONE.shiftLeft(Long.SIZE));
      }
    }
    try {
      return text.startsWith("0x") ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
    } catch (NumberFormatException _) {
      throw new NotFoundException(
          "value of enum " + type.name(),
          text,
          type.values().stream().map(BtfType.Enumerator::name).toList());
    }
  }

  private void floating(byte[] bytes, ValuePlace place, BtfType.Floating type, String text) {
    try {
      switch (type.size()) {
        case 4 ->
            NumberBits.put(
                bytes,
                place.bitOffset(),
                32,
                order,
                Integer.toUnsignedLong(Float.floatToRawIntBits(Float.parseFloat(text))));
        case 8 ->
            NumberBits.put(
                bytes,
                place.bitOffset(),
                64,
                order,
                Double.doubleToRawLongBits(Double.parseDouble(text)));
        default ->
            throw new IllegalArgumentException(
                "numbers of " + place.describe(btf) + " can be given as bytes only");
      }
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("'" + text + "' is no number");
    }
  }

  private void text(byte[] bytes, ValuePlace place, BtfType.Array type, String word) {
    if (!(btf.type(btf.resolve(type.element())) instanceof BtfType.Int number)
        || number.size() != 1) {
      throw new IllegalArgumentException(
          "'" + word.strip() + "' is no " + place.describe(btf) + ": write [element, …]");
    }
    var text = ValueWords.unquoted(word).getBytes(StandardCharsets.UTF_8);
    if (text.length > type.count()) {
      throw new IllegalArgumentException(
          "'" + word.strip() + "' has " + text.length + " bytes, more than " + type.count());
    }
    var from = Math.toIntExact(place.bitOffset() / 8);
    Arrays.fill(bytes, from, from + (int) type.count(), (byte) 0);
    System.arraycopy(text, 0, bytes, from, text.length);
  }

  /// Writes what is of the network, if the type is.
  private boolean network(byte[] bytes, ValuePlace place, String text) {
    var id = place.type();
    for (int depth = 0; depth < DEEPEST; depth++) {
      switch (btf.type(id)) {
        case BtfType.Typedef t when t.name().equals("__be16") -> {
          var port = plain(text, place);
          if (port.signum() < 0 || port.bitLength() > Short.SIZE) {
            throw new IllegalArgumentException("'" + text + "' is no port: from 0 to 65535 is");
          }
          bigEndian(bytes, place, port, 2);
          return true;
        }
        case BtfType.Typedef t when t.name().equals("__be32") -> {
          return host(bytes, place, text, 4);
        }
        case BtfType.Struct t when t.name().equals("in_addr") && t.size() == 4 -> {
          return host(bytes, place, text, 4);
        }
        case BtfType.Struct t when t.name().equals("in6_addr") && t.size() == 16 -> {
          return host(bytes, place, text, 16);
        }
        case BtfType.Typedef t -> id = t.target();
        case BtfType.Const t -> id = t.target();
        case BtfType.Volatile t -> id = t.target();
        case BtfType.TypeTag t -> id = t.target();
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private boolean host(byte[] bytes, ValuePlace place, String word, int size) {
    var text = ValueWords.unquoted(word);
    if (text.matches("[0-9]+|0x[0-9a-fA-F]+")) {
      bigEndian(bytes, place, plain(text, place), size);
      return true;
    }
    // No name is looked up: only addresses have a colon, or are digits and dots alone.
    if (!(size == 4
        ? text.matches("[0-9.]+")
        : text.indexOf(':') >= 0 || text.matches("[0-9.]+"))) {
      throw new IllegalArgumentException("'" + text + "' is no address");
    }
    try {
      var address = InetAddress.getByName(text).getAddress();
      if (size == 16 && address.length == 4) {
        var mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(address, 0, mapped, 12, 4);
        address = mapped;
      }
      if (address.length != size) {
        throw new IllegalArgumentException("'" + text + "' is no address of IPv4");
      }
      System.arraycopy(address, 0, bytes, Math.toIntExact(place.bitOffset() / 8), size);
      return true;
    } catch (UnknownHostException _) {
      throw new IllegalArgumentException("'" + text + "' is no address");
    }
  }

  private static void bigEndian(byte[] bytes, ValuePlace place, BigInteger number, int size) {
    if (number.signum() < 0 || number.bitLength() > 8 * size) {
      throw new IllegalArgumentException(number + " does not fit into " + size + " bytes");
    }
    var from = Math.toIntExact(place.bitOffset() / 8);
    for (int i = 0; i < size; i++) {
      bytes[from + i] = number.shiftRight(8 * (size - 1 - i)).byteValue();
    }
  }
}
