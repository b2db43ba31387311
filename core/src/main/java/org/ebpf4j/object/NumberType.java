package org.ebpf4j.object;

import java.math.BigInteger;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.CTypeName;

/// The numbers that a variable can hold.
///
/// @param name what its type is called in C
/// @param least the least
/// @param most the greatest
public record NumberType(String name, BigInteger least, BigInteger most) {
  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  /// Those of a type; empty for one that holds no number.
  public static Optional<NumberType> of(Btf types, int id) {
    var type = types.type(types.resolve(id));
    return switch (type) {
      case BtfType.Int t when (t.encoding() & BOOL) != 0 ->
          Optional.of(new NumberType(name(types, id), BigInteger.ZERO, BigInteger.ONE));
      case BtfType.Int t -> number(types, id, (t.encoding() & SIGNED) != 0, 8 * t.size());
      case BtfType.Enum t -> number(types, id, t.signed(), 8 * t.size());
      case BtfType.Pointer _ -> number(types, id, false, 64);
      default -> Optional.empty();
    };
  }

  /// Those that some bytes without a type of numbers can hold, with a sign or without.
  public static NumberType ofBytes(int count) {
    var values = BigInteger.ONE.shiftLeft(8 * Math.min(count, Long.BYTES));
    return new NumberType(
        count + " bytes", values.shiftRight(1).negate(), values.subtract(BigInteger.ONE));
  }

  private static Optional<NumberType> number(Btf types, int id, boolean signed, int bits) {
    var values = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits);
    return Optional.of(
        new NumberType(
            name(types, id),
            signed ? values.negate() : BigInteger.ZERO,
            values.subtract(BigInteger.ONE)));
  }

  /// Without `const` and `volatile`, which say nothing of numbers.
  private static String name(Btf types, int id) {
    return switch (types.type(id)) {
      case BtfType.Const t -> name(types, t.target());
      case BtfType.Volatile t -> name(types, t.target());
      case BtfType.TypeTag t -> name(types, t.target());
      default -> CTypeName.of(types, id);
    };
  }

  /// Whether it holds a truth value.
  boolean isTruth() {
    return most.equals(BigInteger.ONE);
  }

  /// A number of 64 bits as one that this type could hold: where it has all of them and no sign,
  /// one that Java calls negative is one of the upper half.
  BigInteger read(long value) {
    var number = BigInteger.valueOf(value);
    return value < 0 && least.signum() == 0 && most.bitLength() == Long.SIZE
        ? number.add(BigInteger.ONE.shiftLeft(Long.SIZE))
        : number;
  }

  /// Refuses a number that a variable cannot hold.
  ///
  /// @throws IllegalArgumentException with the range
  public void check(String variable, long value) {
    check(variable, read(value));
  }

  void check(String variable, BigInteger value) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          value
              + " does not fit into variable '"
              + variable
              + "' ("
              + name
              + "), which holds "
              + values());
    }
  }

  /// Which numbers it holds, in words.
  String values() {
    return isTruth() ? "0 or 1, false or true" : least + " to " + most;
  }
}
