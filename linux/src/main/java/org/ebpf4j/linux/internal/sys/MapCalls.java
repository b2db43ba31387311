package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.spi.MapAccess;
import org.jspecify.annotations.Nullable;

/// The calls that read and write one map. Each is made in a lane: memory that is kept for it, with
/// room for a key and a value, in which the attributes of the calls stand ready. A lane serves one
/// call at a time, and the descriptor is not closed while one is in use, so that no call is made on
/// a number that has become somebody else's.
public final class MapCalls implements AutoCloseable {
  /// Several for each thread that can be in a call at the same time.
  private static final int LANES =
      Integer.highestOneBit(Math.max(8, 4 * Runtime.getRuntime().availableProcessors()));

  private static final long PAUSE = 20_000;

  /// In place of the id of a thread; those are positive.
  private static final long NOBODY = 0;

  private static final long CLOSED = -1;

  private final Fd fd;
  private final int keySize;
  private final int valueSize;
  private final boolean prompt;
  private final AtomicReferenceArray<@Nullable Lane> lanes = new AtomicReferenceArray<>(LANES);
  private volatile boolean closing;

  /// Calls on the map that `fd` refers to, which belongs to this from now on.
  ///
  /// @param keySize bytes in a key; 0 for maps without
  /// @param valueSize bytes that the kernel reads and writes for a value
  /// @param prompt whether calls on single elements never sleep in the kernel, and end soon
  public MapCalls(Fd fd, int keySize, int valueSize, boolean prompt) {
    this.fd = fd;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.prompt = prompt;
  }

  /// A lane that nobody else uses until [Lane#close()]; null after [#close()].
  public @Nullable Lane enter() {
    var thread = Thread.currentThread().threadId();
    var lane = lanes.getAcquire((int) thread & (LANES - 1));
    return lane != null && lane.take(thread) ? lane : search(thread);
  }

  private @Nullable Lane search(long thread) {
    while (!closing) {
      for (int i = 0; i < LANES; i++) {
        var lane = take((int) (thread + i) & (LANES - 1), thread);
        if (lane != null) {
          return lane;
        }
      }
      LockSupport.parkNanos(PAUSE);
    }
    return null;
  }

  private @Nullable Lane take(int index, long thread) {
    var lane = lanes.getAcquire(index);
    if (lane == null) {
      var made = new Lane(fd.number(), keySize, valueSize, prompt, thread);
      return lanes.compareAndSet(index, null, made) ? made : null;
    }
    return lane.take(thread) ? lane : null;
  }

  /// Whether it has not been closed.
  public boolean isOpen() {
    return !closing;
  }

  /// The descriptor.
  public Fd fd() {
    return fd;
  }

  /// Closes the descriptor when the calls that are being made have ended.
  ///
  /// @throws IllegalStateException where the calling thread is in the midst of one of them
  @Override
  public void close() {
    var thread = Thread.currentThread().threadId();
    for (int i = 0; i < LANES; i++) {
      var lane = lanes.getAcquire(i);
      if (lane != null && lane.user.get() == thread) {
        throw new IllegalStateException("closed by a thread that is using it");
      }
    }
    closing = true;
    for (int i = 0; i < LANES; i++) {
      var lane = lanes.getAcquire(i);
      while (lane == null && !lanes.compareAndSet(i, null, Lane.NONE)) {
        lane = lanes.getAcquire(i);
      }
      if (lane != null) {
        lane.retire();
      }
    }
    fd.close();
  }

  /// Room for one call, and the calls.
  public static final class Lane implements MapAccess.Lane {
    private static final int CLOSED_NUMBER = -1;
    private static final Lane NONE = new Lane(CLOSED_NUMBER, 0, 0, false, CLOSED);

    // union bpf_attr of commands on single elements, and of those on many.
    private static final int FD = 0;
    private static final int KEY_POINTER = 8;
    private static final int VALUE_POINTER = 16;
    private static final int FLAGS = 24;
    private static final int BATCH = 32;
    private static final int BATCH_SIZE = 56;
    private static final int ERRNO = 96;
    private static final int KEY = 128;

    /// The id of the thread that uses it.
    private final AtomicLong user;

    private final boolean prompt;
    private final MemorySegment memory;
    private final long attributes;
    private final MemorySegment errno;
    private final MemorySegment key;
    private final MemorySegment next;
    private final MemorySegment value;

    private Lane(int fd, int keySize, int valueSize, boolean prompt, long user) {
      this.user = new AtomicLong(user);
      this.prompt = prompt;
      var nextAt = KEY + roundUp(keySize);
      var valueAt = nextAt + roundUp(keySize);
      this.memory = Arena.ofAuto().allocate(valueAt + roundUp(valueSize), 64);
      this.attributes = memory.address();
      this.errno = memory.asSlice(ERRNO, Native.CAPTURE_SIZE);
      this.key = memory.asSlice(KEY, keySize);
      this.next = memory.asSlice(nextAt, keySize);
      this.value = memory.asSlice(valueAt, valueSize);
      memory.set(ValueLayout.JAVA_INT, FD, fd);
      memory.set(ValueLayout.JAVA_LONG, KEY_POINTER, keyPointer());
      memory.set(ValueLayout.JAVA_LONG, VALUE_POINTER, value.address());
      memory.set(ValueLayout.JAVA_INT, BATCH + 36, fd);
    }

    private long keyPointer() {
      return key.byteSize() == 0 ? 0 : key.address();
    }

    private static long roundUp(int size) {
      return (size + 7L) / 8 * 8;
    }

    private boolean take(long thread) {
      return user.compareAndSet(NOBODY, thread);
    }

    private void retire() {
      while (!user.compareAndSet(NOBODY, CLOSED)) {
        if (user.get() == CLOSED) {
          return;
        }
        LockSupport.parkNanos(PAUSE);
      }
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

    private int element(int command, long flags) {
      memory.set(ValueLayout.JAVA_LONG, FLAGS, flags);
      return element(command, FLAGS + 8);
    }

    /// @param size how many bytes of the attributes the command has; the kernel wants no others
    private int element(int command, int size) {
      return (int)
          -(prompt
              ? Native.promptBpf(errno, command, attributes, size)
              : Native.call(errno, SystemCall.BPF, command, attributes, size));
    }

    @Override
    public int lookup(long flags) {
      return element(Bpf.MAP_LOOKUP_ELEM, flags);
    }

    @Override
    public int update(long flags) {
      return element(Bpf.MAP_UPDATE_ELEM, flags);
    }

    @Override
    public int delete() {
      return element(Bpf.MAP_DELETE_ELEM, KEY_POINTER + 8);
    }

    @Override
    public int lookupAndDelete(long flags) {
      return element(Bpf.MAP_LOOKUP_AND_DELETE_ELEM, flags);
    }

    @Override
    public int nextKey(boolean first) {
      memory.set(ValueLayout.JAVA_LONG, VALUE_POINTER, next.address());
      if (first) {
        memory.set(ValueLayout.JAVA_LONG, KEY_POINTER, 0);
      }
      try {
        // Never prompt: it may go over all of a large map that is nearly empty.
        return (int)
            -Native.call(
                errno, SystemCall.BPF, Bpf.MAP_GET_NEXT_KEY, attributes, VALUE_POINTER + 8);
      } finally {
        memory.set(ValueLayout.JAVA_LONG, KEY_POINTER, keyPointer());
        memory.set(ValueLayout.JAVA_LONG, VALUE_POINTER, value.address());
      }
    }

    @Override
    public int freeze() {
      return (int) -Native.call(errno, SystemCall.BPF, Bpf.MAP_FREEZE, attributes, 4);
    }

    private static int number(MapAccess.Batch command) {
      return switch (command) {
        case LOOKUP -> Bpf.MAP_LOOKUP_BATCH;
        case LOOKUP_AND_DELETE -> Bpf.MAP_LOOKUP_AND_DELETE_BATCH;
        case UPDATE -> Bpf.MAP_UPDATE_BATCH;
        case DELETE -> Bpf.MAP_DELETE_BATCH;
      };
    }

    @Override
    public int batch(
        MapAccess.Batch command,
        MemorySegment from,
        MemorySegment to,
        MemorySegment keys,
        MemorySegment values,
        int count,
        long flags) {
      memory.set(ValueLayout.JAVA_LONG, BATCH, from.address());
      memory.set(ValueLayout.JAVA_LONG, BATCH + 8, to.address());
      memory.set(ValueLayout.JAVA_LONG, BATCH + 16, keys.address());
      memory.set(ValueLayout.JAVA_LONG, BATCH + 24, values.address());
      memory.set(ValueLayout.JAVA_INT, BATCH + 32, count);
      memory.set(ValueLayout.JAVA_LONG, BATCH + 40, flags);
      return (int)
          -Native.call(errno, SystemCall.BPF, number(command), attributes + BATCH, BATCH_SIZE);
    }

    @Override
    public int count() {
      return memory.get(ValueLayout.JAVA_INT, BATCH + 32);
    }

    @Override
    public void close() {
      user.setRelease(NOBODY);
    }
  }
}
