package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;

/// What generated code asks about numbers.
final class Numbers {
  private Numbers() {}

  static boolean truth(long number) {
    return number != 0;
  }

  /// The number, which a place in memory must be able to hold.
  static long range(long number, long lowest, long highest, String component) {
    if (number < lowest || number > highest) {
      throw outside(
          Long.toString(number), Long.toString(lowest), Long.toString(highest), component);
    }
    return number;
  }

  private static IllegalArgumentException outside(
      String number, String lowest, String highest, String component) {
    return new IllegalArgumentException(
        component + ": " + number + " is not in the range of " + lowest + " to " + highest);
  }

  static Object readBig(MemorySegment memory, long offset, int size, boolean signed) {
    var bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[significance(i, size)] = memory.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    return signed ? new BigInteger(bytes) : new BigInteger(1, bytes);
  }

  static void writeBig(
      MemorySegment memory, long offset, Object value, int size, boolean signed, String component) {
    var number = (BigInteger) value;
    var bits = 8 * size - (signed ? 1 : 0);
    if (number.bitLength() > bits || (!signed && number.signum() < 0)) {
      var limit = BigInteger.ONE.shiftLeft(bits);
      throw outside(
          number.toString(),
          signed ? limit.negate().toString() : "0",
          limit.subtract(BigInteger.ONE).toString(),
          component);
    }
    var bytes = number.toByteArray();
    for (int i = 0; i < size; i++) {
      var from = bytes.length - size + significance(i, size);
      var high = (byte) (number.signum() < 0 ? -1 : 0);
      memory.set(ValueLayout.JAVA_BYTE, offset + i, from < 0 ? high : bytes[from]);
    }
  }

  /// Where the byte at `i` of memory stands in a number whose highest byte comes first.
  private static int significance(int i, int size) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? size - 1 - i : i;
  }
}
