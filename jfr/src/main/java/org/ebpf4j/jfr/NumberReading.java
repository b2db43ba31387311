package org.ebpf4j.jfr;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads a number of up to 64 bits from an event, wherever it starts.
@FunctionalInterface
interface NumberReading {
  /// The number; it is all in the event.
  long read(MemorySegment event);

  /// What reads one.
  ///
  /// @param from its first bit, from the start of the event
  /// @param count its bits, of which there are 1 to 64
  static NumberReading of(ByteOrder order, long from, int count, boolean signed) {
    var unused = Long.SIZE - count;
    if (from % 8 == 0) {
      var at = from / 8;
      switch (count) {
        case 8 -> {
          return signed
              ? event -> event.get(ValueLayout.JAVA_BYTE, at)
              : event -> event.get(ValueLayout.JAVA_BYTE, at) & 0xff;
        }
        case 16 -> {
          var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
          return signed ? event -> event.get(layout, at) : event -> event.get(layout, at) & 0xffff;
        }
        case 32 -> {
          var layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
          return signed
              ? event -> event.get(layout, at)
              : event -> Integer.toUnsignedLong(event.get(layout, at));
        }
        case 64 -> {
          var layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
          return event -> event.get(layout, at);
        }
        default -> {}
      }
    }
    return event -> {
      var value = gather(event, order, from, count) << unused;
      return signed ? value >> unused : value >>> unused;
    };
  }

  /// The bits of a number, with others above them. In big-endian order, the first bit is the
  /// highest.
  private static long gather(MemorySegment event, ByteOrder order, long from, int count) {
    var first = from / 8;
    var last = (from + count - 1) / 8;
    var little = order == ByteOrder.LITTLE_ENDIAN;
    var below = (int) (little ? from - 8 * first : 8 * (last + 1) - (from + count));
    long value = 0;
    for (long i = first; i <= last; i++) {
      var shift = (int) (8 * (little ? i - first : last - i)) - below;
      long bits = event.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      value |= shift >= 0 ? bits << shift : bits >>> -shift;
    }
    return value;
  }
}
