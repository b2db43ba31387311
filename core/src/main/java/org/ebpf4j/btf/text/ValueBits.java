package org.ebpf4j.btf.text;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Numbers in the bytes of a value that is printed. Places are in bits, as BTF has them.
final class ValueBits {
  private final TypeWalk walk;
  private final ByteOrder order;
  private final byte[] bytes;

  ValueBits(TypeWalk walk, ByteOrder order, byte[] bytes) {
    this.walk = walk;
    this.order = order;
    this.bytes = bytes;
  }

  /// Up to 64 bits of a number, as unsigned. In big-endian order, the first bit is the highest.
  long read(int id, long at, int count) {
    var first = place(id, at, count);
    var last = (int) ((at + count - 1) / 8);
    var little = order == ByteOrder.LITTLE_ENDIAN;
    var below = (int) (little ? at - 8L * first : 8L * (last + 1) - (at + count));
    long value = 0;
    for (int i = first; i <= last; i++) {
      var shift = 8 * (little ? i - first : last - i) - below;
      var one = bytes[i] & 0xffL;
      value |= shift >= 0 ? one << shift : one >>> -shift;
    }
    return count == Long.SIZE ? value : value & ((1L << count) - 1);
  }

  /// A number of any size, as unsigned.
  BigInteger wide(int id, long at, int count) {
    var from = place(id, at, count);
    var until = (int) ((at + count + 7) / 8);
    var number = Arrays.copyOfRange(bytes, from, until);
    var little = order == ByteOrder.LITTLE_ENDIAN;
    if (little) {
      for (int i = 0; i < number.length / 2; i++) {
        var other = number[number.length - 1 - i];
        number[number.length - 1 - i] = number[i];
        number[i] = other;
      }
    }
    var below = little ? at % 8 : 8L * until - (at + count);
    return new BigInteger(1, number).shiftRight((int) below).mod(BigInteger.ONE.shiftLeft(count));
  }

  /// The byte in which a value at the bit `at` starts.
  int place(int id, long at, long bits) {
    if (at < 0 || at + bits > 8L * bytes.length) {
      throw walk.malformed(id, "stands past the end of what it is a part of");
    }
    return (int) (at / 8);
  }

  static BigInteger signed(BigInteger value, int width) {
    return value.testBit(width - 1) ? value.subtract(BigInteger.ONE.shiftLeft(width)) : value;
  }

  static long signed(long value, int width) {
    return value << (Long.SIZE - width) >> (Long.SIZE - width);
  }
}
