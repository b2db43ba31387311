package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// A number in values of a type, or a name or address that is one: read often, as filters and sorts
/// do.
public final class ValueNumber {
  private static final int SIGNED = 1;

  private final long bitOffset;
  private final int bits;
  private final boolean signed;
  private final ByteOrder order;

  private ValueNumber(long bitOffset, int bits, boolean signed, ByteOrder order) {
    this.bitOffset = bitOffset;
    this.bits = bits;
    this.signed = signed;
    this.order = order;
  }

  /// The number at a place.
  ///
  /// @throws IllegalArgumentException where there is none of at most 64 bits
  public static ValueNumber of(Btf btf, ValuePlace place) {
    var network = isNetwork(btf, place.type());
    var order = network ? ByteOrder.BIG_ENDIAN : ByteOrder.nativeOrder();
    var number =
        switch (btf.type(btf.resolve(place.type()))) {
          case BtfType.Int t ->
              new ValueNumber(
                  place.bitOffset() + (place.bits() == 0 ? t.bitOffset() : 0),
                  place.bits() != 0 ? place.bits() : t.bits() == 0 ? 8 * t.size() : t.bits(),
                  (t.encoding() & SIGNED) != 0,
                  order);
          case BtfType.Enum t ->
              new ValueNumber(
                  place.bitOffset(),
                  place.bits() != 0 ? place.bits() : 8 * t.size(),
                  t.signed(),
                  order);
          case BtfType.Pointer _ -> new ValueNumber(place.bitOffset(), Long.SIZE, false, order);
          case BtfType.Struct t when t.name().equals("in_addr") && t.size() == 4 ->
              new ValueNumber(place.bitOffset(), 32, false, ByteOrder.BIG_ENDIAN);
          case BtfType.Variable t ->
              of(btf, new ValuePlace(t.type(), place.bitOffset(), place.bits()));
          default -> throw new IllegalArgumentException(place.describe(btf) + " is no number");
        };
    if (number.bits > Long.SIZE || number.bits <= 0) {
      throw new IllegalArgumentException(place.describe(btf) + " has more than 64 bits");
    }
    return number;
  }

  private static boolean isNetwork(Btf btf, int id) {
    var current = id;
    while (btf.type(current) instanceof BtfType.Typedef typedef) {
      if (typedef.name().equals("__be16") || typedef.name().equals("__be32")) {
        return true;
      }
      current = typedef.target();
    }
    return false;
  }

  /// Whether numbers below 0 are meant where the highest bit is set.
  public boolean isSigned() {
    return signed;
  }

  /// The number in a value that starts at a byte.
  public long read(byte[] bytes, int offset) {
    var raw = NumberBits.get(bytes, 8L * offset + bitOffset, bits, order);
    return signed ? NumberBits.signed(raw, bits) : raw;
  }
}
