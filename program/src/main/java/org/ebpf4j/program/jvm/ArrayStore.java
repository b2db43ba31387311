package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// The values of an array, all of which are there, and zero in the beginning. An update changes the
/// object that is there, so that what was looked up before changes with it.
public final class ArrayStore implements MapStore {
  private final Supplier<Types> types;
  private final long count;
  private final boolean perCpu;
  private final TreeMap<Integer, CpuValues> values = new TreeMap<>(Integer::compareUnsigned);

  /// @param types how values stand in memory, asked for when they are wanted
  /// @param count how many there are
  /// @param perCpu whether there is one for each CPU
  public ArrayStore(Supplier<Types> types, long count, boolean perCpu) {
    this.types = types;
    this.count = count;
    this.perCpu = perCpu;
  }

  private CpuValues at(int index) {
    return values.computeIfAbsent(index, _ -> new CpuValues(types.get().value(), perCpu));
  }

  private boolean holds(int index) {
    return Integer.toUnsignedLong(index) < count;
  }

  /// The value at an index, that of the current CPU; null behind the end.
  public synchronized @Nullable Object lookup(int index) {
    return holds(index) ? at(index).current() : null;
  }

  /// The value at an index on one CPU; null behind the end.
  public synchronized @Nullable Object lookup(int index, int cpu) {
    return holds(index) && cpu >= 0 && cpu < at(index).count() ? at(index).of(cpu) : null;
  }

  /// Copies a value to an index. 0, or an error number.
  public synchronized int update(int index, Object value, int mode) {
    int refused = admit(index, mode);
    if (refused == 0) {
      at(index).set(value);
    }
    return refused;
  }

  private int admit(int index, int mode) {
    if (mode > EXIST) {
      return Errno.EINVAL;
    }
    if (!holds(index)) {
      return Errno.E2BIG;
    }
    return mode == NO_EXIST ? Errno.EEXIST : 0;
  }

  private static int index(byte[] key) {
    return Shape.wrap(key).getInt(0);
  }

  @Override
  public int keySize() {
    return Integer.BYTES;
  }

  @Override
  public int valueSize() {
    return types.get().value().size();
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] key) {
    return holds(index(key)) ? at(index(key)).bytes() : null;
  }

  @Override
  public synchronized int put(byte[] key, byte[] value, int mode) {
    int refused = admit(index(key), mode);
    if (refused == 0) {
      at(index(key)).set(value);
    }
    return refused;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    int next = key == null || !holds(index(key)) ? 0 : index(key) + 1;
    return holds(next)
        ? ByteBuffer.allocate(Integer.BYTES)
            .order(java.nio.ByteOrder.nativeOrder())
            .putInt(next)
            .array()
        : null;
  }

  @Override
  public synchronized void clear() {
    values.clear();
  }
}
