package org.ebpf4j.linux.metrics;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Whole numbers in bytes, in the byte order of this machine.
final class Numbers {
  /// The bit of BTF's encoding that says so.
  static final int SIGNED = 1;

  private Numbers() {}

  static boolean isSize(int size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
  }

  static long unsigned(byte[] bytes, int offset, int size) {
    var memory = MemorySegment.ofArray(bytes);
    return switch (size) {
      case 1 -> Byte.toUnsignedLong(bytes[offset]);
      case 2 -> Short.toUnsignedLong(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
      case 4 -> Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset));
      case 8 -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
      default -> throw new IllegalArgumentException("a number of " + size + " bytes");
    };
  }

  static long signed(byte[] bytes, int offset, int size) {
    var unused = 64 - 8 * size;
    return unsigned(bytes, offset, size) << unused >> unused;
  }

  /// An unsigned number, rounded where it has more than 53 bits.
  static double unsignedToDouble(long number) {
    return number >= 0 ? number : 2.0 * ((number >>> 1) | (number & 1));
  }
}
