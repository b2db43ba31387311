package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A number that changes in one step.
///
/// @param size 4 for [AtomicInteger], 8 for [AtomicLong]
record AtomicShape(int size) implements Shape {
  @Override
  public int alignment() {
    return size;
  }

  @Override
  public boolean changes() {
    return true;
  }

  @Override
  public void write(Object value, ByteBuffer to, int at) {
    NumberShape.put(to, at, size, NumberShape.bits(value));
  }

  @Override
  public Object read(ByteBuffer from, int at) {
    return size == Integer.BYTES
        ? new AtomicInteger(from.getInt(at))
        : new AtomicLong(from.getLong(at));
  }

  @Override
  public void readInto(Object target, ByteBuffer from, int at) {
    if (target instanceof AtomicInteger number) {
      number.set(from.getInt(at));
    } else {
      ((AtomicLong) target).set(from.getLong(at));
    }
  }
}
