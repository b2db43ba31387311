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
  private final boolean reads;
  private final boolean writes;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private volatile boolean closed;

  /// @param reads whether what was opened may read
  /// @param writes whether it may write
  public StoreAccess(String name, Store store, boolean reads, boolean writes) {
    this.name = name;
    this.store = store;
    this.reads = reads;
    this.writes = writes;
  }

  /// Access as the flags of a new map say it (`BPF_F_RDONLY`, `BPF_F_WRONLY`).
  public static StoreAccess ofCreator(String name, Store store) {
    var flags = store.spec().flags();
    return new StoreAccess(
        name, store, (flags & MapFlags.WRONLY) == 0, (flags & MapFlags.RDONLY) == 0);
  }

  /// The same access under another name.
  public StoreAccess renamed(String other) {
    return new StoreAccess(other, store, reads, writes);
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

    private int locked(IntSupplier command) {
      synchronized (store) {
        try {
          return command.getAsInt();
        } catch (Content.Unsupported e) {
          return e.errno();
        }
      }
    }

    private int read(IntSupplier command) {
      return reads ? locked(command) : Errno.EPERM;
    }

    private int write(IntSupplier command) {
      return writes
          ? locked(() -> store.isFrozen() ? Errno.EPERM : command.getAsInt())
          : Errno.EPERM;
    }

    private int readAndWrite(IntSupplier command) {
      return reads ? write(command) : Errno.EPERM;
    }

    /// Whether values have no lock, though the flags want it to be taken. What is done with them is
    /// done under the lock of the map, so that programs alone have to be waited for.
    private boolean wantsLock(long flags) {
      return (flags & LOCK) != 0 && store.special().lock().isEmpty();
    }

    @Override
    public int lookup(long flags) {
      return read(() -> wantsLock(flags) ? Errno.EINVAL : find());
    }

    private int find() {
      if (store.content() instanceof FilterContent filter) {
        return filter.has(bytes(value)) ? 0 : Errno.ENOENT;
      }
      var found = store.content().get(bytes(key));
      if (found == null) {
        return Errno.ENOENT;
      }
      value.copyFrom(MemorySegment.ofArray(found));
      return 0;
    }

    @Override
    public int update(long flags) {
      return write(() -> put(bytes(key), bytes(value), flags));
    }

    private int put(byte[] itsKey, byte[] itsValue, long flags) {
      var mode = flags & ~LOCK;
      return wantsLock(flags) || mode > Content.EXIST
          ? Errno.EINVAL
          : store.content().put(itsKey, itsValue, (int) mode);
    }

    @Override
    public int delete() {
      return write(() -> store.content().remove(bytes(key)));
    }

    @Override
    public int lookupAndDelete(long flags) {
      return readAndWrite(() -> {
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
      return read(() -> {
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
      return writes
          ? locked(() -> {
            if (store.isFrozen()) {
              return Errno.EPERM;
            }
            store.freeze();
            return 0;
          })
          : Errno.EPERM;
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
        case LOOKUP -> read(() -> many(from, to, keys, values, room, false));
        case LOOKUP_AND_DELETE ->
            readAndWrite(() ->
                store.content().takesMany()
                    ? many(from, to, keys, values, room, true)
                    : Errno.EOPNOTSUPP);
        case UPDATE ->
            write(
                () -> each(room, i -> put(at(keys, keySize, i), at(values, valueSize, i), flags)));
        case DELETE -> write(() -> each(room, i -> store.content().remove(at(keys, keySize, i))));
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

    private int many(
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
