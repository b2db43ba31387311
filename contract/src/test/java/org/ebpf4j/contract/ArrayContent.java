package org.ebpf4j.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Elements by index, all there from the start, in memory that others may use as well.
final class ArrayContent implements Content {
  private final MemorySegment memory;
  private final int valueSize;
  private final int count;

  /// @param memory the elements, each in a multiple of 8 bytes
  ArrayContent(MemorySegment memory, int valueSize, int count) {
    this.memory = memory;
    this.valueSize = valueSize;
    this.count = count;
  }

  static long stride(int valueSize) {
    return Math.ceilDiv(valueSize, 8) * 8L;
  }

  private static int index(byte[] key) {
    return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt();
  }

  private boolean has(int index) {
    return Integer.compareUnsigned(index, count) < 0;
  }

  private MemorySegment element(int index) {
    return memory.asSlice(index * stride(valueSize), valueSize);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var index = index(key);
    return has(index) ? element(index).toArray(ValueLayout.JAVA_BYTE) : null;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    var index = index(key);
    if (!has(index)) {
      return Errno.E2BIG;
    }
    if (mode == 1) {
      return Errno.EEXIST;
    }
    element(index).copyFrom(MemorySegment.ofArray(value));
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    throw new Unsupported();
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    var next = key == null || !has(index(key)) ? 0 : index(key) + 1;
    return has(next) ? Values.u32(next) : null;
  }

  @Override
  public boolean takesMany() {
    return false;
  }
}
