package org.ebpf4j.vm.internal.map;

import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Stacks by their id: programs put them in, user space reads and takes them out.
public final class StackContent implements Content {
  private final HashContent stacks;
  private final long count;
  private final int size;

  StackContent(HashContent stacks, long count, int size) {
    this.stacks = stacks;
    this.count = count;
    this.size = size;
  }

  /// Puts a stack in, in the place of what had its id before.
  ///
  /// @param frames what it is, of which as much counts as there is room for
  public void record(int id, byte[] frames) {
    stacks.put(Values.u32(id), java.util.Arrays.copyOf(frames, size), ANY);
  }

  private boolean has(byte[] key) {
    return Integer.toUnsignedLong(Values.u32(key)) < count;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return stacks.get(key);
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return Errno.EINVAL;
  }

  @Override
  public int remove(byte[] key) {
    return has(key) ? stacks.remove(key) : Errno.E2BIG;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    return stacks.take(key);
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return stacks.next(key == null || !has(key) ? null : key);
  }

  @Override
  public void release() {
    stacks.release();
  }
}
