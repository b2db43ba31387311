package org.ebpf4j.btf.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers in the bytes of a value, by the bit they start at, in either byte order.
final class NumberBits {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private NumberBits() {}

  /// A number of 1, 2, 4 or 8 whole bytes, in the machine's byte order, as unsigned.
  static long whole(byte[] bytes, int at, int size) {
    return switch (size) {
      case 1 -> bytes[at] & 0xffL;
      case 2 -> (short) SHORT.get(bytes, at) & 0xffffL;
      case 4 -> (int) INT.get(bytes, at) & 0xffff_ffffL;
      default -> (long) LONG.get(bytes, at);
    };
  }

  /// Up to 64 bits, as unsigned. In big-endian order, the first bit is the highest.
  static long get(byte[] bytes, long at, int count, ByteOrder order) {
    var first = Math.toIntExact(at / 8);
    var last = Math.toIntExact((at + count - 1) / 8);
    var little = order == ByteOrder.LITTLE_ENDIAN;
    var below = (int) (little ? at - 8L * first : 8L * (last + 1) - (at + count));
    long value = 0;
    for (int i = first; i <= last; i++) {
      var shift = 8 * (little ? i - first : last - i) - below;
      var one = bytes[i] & 0xffL;
      value |= shift >= 0 ? (shift < Long.SIZE ? one << shift : 0) : one >>> -shift;
    }
    return count == Long.SIZE ? value : value & ((1L << count) - 1);
  }

  /// Writes up to 64 bits, and leaves those around them.
  static void put(byte[] bytes, long at, int count, ByteOrder order, long value) {
    var little = order == ByteOrder.LITTLE_ENDIAN;
    for (int i = 0; i < count; i++) {
      var bit = value >>> i & 1;
      var place = little ? at + i : at + count - 1 - i;
      var shift = (int) (little ? place % 8 : 7 - place % 8);
      var index = Math.toIntExact(place / 8);
      bytes[index] = (byte) ((bytes[index] & ~(1 << shift)) | (bit << shift));
    }
  }

  /// The number as signed, of so many bits.
  static long signed(long value, int bits) {
    return value << (Long.SIZE - bits) >> (Long.SIZE - bits);
  }
}
