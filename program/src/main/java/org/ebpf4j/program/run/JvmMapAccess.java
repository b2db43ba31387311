package org.ebpf4j.program.run;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.FilterStore;
import org.ebpf4j.program.jvm.MapStore;
import org.ebpf4j.spi.MapAccess;

/// The calls of Java on a map of the JVM, by way of bytes.
final class JvmMapAccess implements MapAccess {
  private static final long LOCK = 4;

  private final String name;
  private final MapShape shape;
  private final MapStore store;
  private final Environment environment;
  private volatile boolean closed;
  private volatile boolean frozen;

  JvmMapAccess(String name, MapShape shape, MapStore store, Environment environment) {
    this.name = name;
    this.shape = shape;
    this.store = store;
    this.environment = environment;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("map '" + name + "' is closed");
    }
  }

  void close() {
    closed = true;
  }

  @Override
  public Lane enter() {
    checkOpen();
    return new JvmLane();
  }

  @Override
  public KernelException refusal(String command, int errno) {
    return KernelException.of("map '" + name + "'", command, errno);
  }

  private final class JvmLane implements Lane {
    private final MemorySegment key = memory(shape.keySize());
    private final MemorySegment next = memory(shape.keySize());
    private final MemorySegment value = memory(shape.valueSize());

    private static MemorySegment memory(int size) {
      return MemorySegment.ofArray(new long[Math.ceilDiv(size, 8)]).asSlice(0, size);
    }

    private static byte[] bytes(MemorySegment memory) {
      return memory.toArray(ValueLayout.JAVA_BYTE);
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

    private int found(byte @org.jspecify.annotations.Nullable [] bytes) {
      if (bytes == null) {
        return Errno.ENOENT;
      }
      value.copyFrom(MemorySegment.ofArray(bytes));
      return 0;
    }

    /// Values of each CPU are as many as the environment has.
    private <T> T in(java.util.concurrent.Callable<T> what) {
      try {
        return environment.call(what);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("a map that throws what it cannot", e);
      }
    }

    @Override
    public int lookup(long flags) {
      if (store instanceof FilterStore filter) {
        return filter.peekBytes(bytes(value));
      }
      return in(() -> found(store.get(bytes(key))));
    }

    @Override
    public int update(long flags) {
      if (frozen) {
        return Errno.EPERM;
      }
      return (flags & ~0xffL) != 0 || (flags & LOCK) != 0
          ? Errno.EINVAL
          : in(() -> store.put(bytes(key), bytes(value), (int) flags));
    }

    @Override
    public int delete() {
      return frozen ? Errno.EPERM : store.remove(bytes(key));
    }

    @Override
    public int lookupAndDelete(long flags) {
      return frozen ? Errno.EPERM : in(() -> found(store.take(bytes(key))));
    }

    @Override
    public int nextKey(boolean first) {
      var after = store.next(first ? null : bytes(key));
      if (after == null) {
        return Errno.ENOENT;
      }
      next.copyFrom(MemorySegment.ofArray(after));
      return 0;
    }

    @Override
    public int freeze() {
      if (frozen) {
        return Errno.EPERM;
      }
      frozen = true;
      return 0;
    }

    @Override
    public int batch(
        Batch command,
        MemorySegment from,
        MemorySegment to,
        MemorySegment keys,
        MemorySegment values,
        int count,
        long flags) {
      return Errno.EOPNOTSUPP;
    }

    @Override
    public int count() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
