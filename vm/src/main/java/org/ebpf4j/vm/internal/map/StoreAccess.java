package org.ebpf4j.vm.internal.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.spi.MapAccess;

/// The calls on an open map. It is not closed while one is made.
public final class StoreAccess implements MapAccess {
  private static final long LOCK = 4;

  private final String name;
  private final Store store;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private volatile boolean closed;

  public StoreAccess(String name, Store store) {
    this.name = name;
    this.store = store;
  }

  /// @throws IllegalStateException where it is closed
  public void checkOpen() {
    if (closed) {
      throw new IllegalStateException("map '" + name + "' is closed");
    }
  }

  /// Whether it is not closed.
  public boolean isOpen() {
    return !closed;
  }

  /// Closes it when the calls that are being made have ended; false where it was.
  public boolean close() {
    if (use.getReadHoldCount() > 0) {
      throw new IllegalStateException("closed by a thread that is using it");
    }
    use.writeLock().lock();
    try {
      var first = !closed;
      closed = true;
      return first;
    } finally {
      use.writeLock().unlock();
    }
  }

  @Override
  public Lane enter() {
    use.readLock().lock();
    if (closed) {
      use.readLock().unlock();
      checkOpen();
    }
    return new StoreLane();
  }

  @Override
  public KernelException refusal(String command, int errno) {
    return KernelException.of("map '" + name + "'", command, errno);
  }

  private final class StoreLane implements Lane {
    private final int keySize = store.shape().keySize();
    private final int valueSize = store.shape().valueSize();
    private final MemorySegment key = memory(keySize);
    private final MemorySegment next = memory(keySize);
    private final MemorySegment value = memory(valueSize);
    private int count;

    private static MemorySegment memory(int size) {
      return MemorySegment.ofArray(new long[Math.ceilDiv(size, 8)]).asSlice(0, size);
    }

    @Override
    public MemorySegment key() {
      return key;
    }

    @Override
    public MemorySegment next() {
      return next;
    }

    @Override
    public MemorySegment value() {
      return value;
    }

    private static byte[] bytes(MemorySegment memory) {
      return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    private int call(IntSupplier command) {
      synchronized (store) {
        try {
          return command.getAsInt();
        } catch (Content.Unsupported _) {
          return Errno.EOPNOTSUPP;
        }
      }
    }

    private int change(IntSupplier command) {
      return call(() -> store.isFrozen() ? Errno.EPERM : command.getAsInt());
    }

    @Override
    public int lookup(long flags) {
      if ((flags & LOCK) != 0) {
        return Errno.EINVAL;
      }
      return call(() -> {
        if (store.content() instanceof FilterContent filter) {
          return filter.has(bytes(value)) ? 0 : Errno.ENOENT;
        }
        var found = store.content().get(bytes(key));
        if (found == null) {
          return Errno.ENOENT;
        }
        value.copyFrom(MemorySegment.ofArray(found));
        return 0;
      });
    }

    @Override
    public int update(long flags) {
      return change(() ->
          flags > 2 ? Errno.EINVAL : store.content().put(bytes(key), bytes(value), (int) flags));
    }

    @Override
    public int delete() {
      return change(() -> store.content().remove(bytes(key)));
    }

    @Override
    public int lookupAndDelete(long flags) {
      return change(() -> {
        var taken = store.content().take(bytes(key));
        if (taken == null) {
          return Errno.ENOENT;
        }
        value.copyFrom(MemorySegment.ofArray(taken));
        return 0;
      });
    }

    @Override
    public int nextKey(boolean first) {
      return call(() -> {
        var found = store.content().next(first ? null : bytes(key));
        if (found == null) {
          return Errno.ENOENT;
        }
        next.copyFrom(MemorySegment.ofArray(found));
        return 0;
      });
    }

    @Override
    public int freeze() {
      return change(() -> {
        store.freeze();
        return 0;
      });
    }

    @Override
    public int batch(
        Batch command,
        MemorySegment from,
        MemorySegment to,
        MemorySegment keys,
        MemorySegment values,
        int room,
        long flags) {
      count = 0;
      return switch (command) {
        case LOOKUP -> call(() -> read(from, to, keys, values, room, false));
        case LOOKUP_AND_DELETE ->
            change(() ->
                store.content().takesMany()
                    ? read(from, to, keys, values, room, true)
                    : Errno.EOPNOTSUPP);
        case UPDATE ->
            change(() ->
                each(
                    room,
                    i ->
                        flags > 2
                            ? Errno.EINVAL
                            : store
                                .content()
                                .put(at(keys, keySize, i), at(values, valueSize, i), (int) flags)));
        case DELETE -> change(() -> each(room, i -> store.content().remove(at(keys, keySize, i))));
      };
    }

    private static byte[] at(MemorySegment all, int size, int index) {
      return bytes(all.asSlice((long) index * size, size));
    }

    private int each(int room, IntUnaryOperator one) {
      while (count < room) {
        var errno = one.applyAsInt(count);
        if (errno != 0) {
          return errno;
        }
        count++;
      }
      return 0;
    }

    private int read(
        MemorySegment from,
        MemorySegment to,
        MemorySegment keys,
        MemorySegment values,
        int room,
        boolean take) {
      var content = store.content();
      var last = from.equals(MemorySegment.NULL) ? null : bytes(from.asSlice(0, keySize));
      while (count < room) {
        last = content.next(last);
        if (last == null) {
          return Errno.ENOENT;
        }
        var found = take ? content.take(last) : content.get(last);
        if (found != null) {
          keys.asSlice((long) count * keySize, keySize).copyFrom(MemorySegment.ofArray(last));
          values
              .asSlice((long) count * valueSize, valueSize)
              .copyFrom(MemorySegment.ofArray(found));
          count++;
        }
      }
      if (last != null) {
        to.copyFrom(MemorySegment.ofArray(last));
      }
      return 0;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public void close() {
      use.readLock().unlock();
    }
  }
}
