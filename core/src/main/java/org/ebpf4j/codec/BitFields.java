package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbers in some bits of bytes.
final class BitFields {
  private BitFields() {}

  /// A component that is the bits from `first` of its struct on: in as few bytes as hold them, and
  /// in 1, 2, 4 or 8 where the struct has room for that.
  static Plan.Component component(
      String name,
      Class<?> type,
      long first,
      int bits,
      boolean signed,
      int structSize,
      ByteOrder order) {
    var start = (int) (first / 8);
    var size = (int) ((first + bits + 7) / 8) - start;
    for (int word = 1; word <= 8; word *= 2) {
      for (var from : new int[] {start / word * word, start, structSize - word}) {
        if (from >= 0
            && from <= start
            && from + word >= start + size
            && from + word <= structSize) {
          return place(name, type, from, word, first, bits, signed, order);
        }
      }
    }
    return place(name, type, start, size, first, bits, signed, order);
  }

  private static Plan.Component place(
      String name,
      Class<?> type,
      int from,
      int size,
      long first,
      int bits,
      boolean signed,
      ByteOrder order) {
    // BTF counts bits from the end of a number that is stored first.
    var before = (int) (first - 8L * from);
    var shift = order == ByteOrder.LITTLE_ENDIAN ? before : 8 * size - before - bits;
    return new Plan.Component(name, from, new Plan.Bits(type, size, shift, bits, signed));
  }

  /// The bits of a number, from the one `shift` bits above the lowest.
  static long get(long number, int shift, int bits, boolean signed) {
    var high = number << (64 - shift - bits);
    return signed ? high >> (64 - bits) : high >>> (64 - bits);
  }

  /// A number in which those bits are those of `value`.
  static long with(long number, int shift, int bits, long value) {
    var mask = (-1L >>> (64 - bits)) << shift;
    return (number & ~mask) | ((value << shift) & mask);
  }

  /// The bits of a number of `size` bytes, which may be 9.
  static long read(
      MemorySegment memory, long offset, int size, int shift, int bits, boolean signed) {
    var value = 0L;
    for (int i = 0; i < bits; i++) {
      var bit = shift + i;
      var held = memory.get(ValueLayout.JAVA_BYTE, at(offset, size, bit));
      value |= (long) ((held >> (bit % 8)) & 1) << i;
    }
    return get(value, 0, bits, signed);
  }

  /// Writes those bits, and no others.
  static void write(MemorySegment memory, long offset, int size, int shift, int bits, long value) {
    for (int i = 0; i < bits; i++) {
      var bit = shift + i;
      var at = at(offset, size, bit);
      var held = memory.get(ValueLayout.JAVA_BYTE, at);
      var changed = with(held, bit % 8, 1, value >> i);
      memory.set(ValueLayout.JAVA_BYTE, at, (byte) changed);
    }
  }

  private static long at(long offset, int size, int bit) {
    return offset
        + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? bit / 8 : size - 1 - bit / 8);
  }
}
