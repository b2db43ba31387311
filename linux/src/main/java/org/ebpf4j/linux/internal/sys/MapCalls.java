package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
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

  private static final int FREE = 0;
  private static final int BUSY = 1;
  private static final int CLOSED = 2;

  private final Fd fd;
  private final int keySize;
  private final int valueSize;
  private final AtomicReferenceArray<@Nullable Lane> lanes = new AtomicReferenceArray<>(LANES);
  private volatile boolean closing;

  /// Calls on the map that `fd` refers to, which belongs to this from now on.
  ///
  /// @param keySize bytes in a key; 0 for maps without
  /// @param valueSize bytes that the kernel reads and writes for a value
  public MapCalls(Fd fd, int keySize, int valueSize) {
    this.fd = fd;
    this.keySize = keySize;
    this.valueSize = valueSize;
  }

  /// A lane that nobody else uses until [Lane#close()].
  ///
  /// @throws IllegalStateException after [#close()]
  public Lane enter() {
    var start = (int) Thread.currentThread().threadId();
    while (true) {
      if (closing) {
        throw new IllegalStateException("closed");
      }
      for (int i = 0; i < LANES; i++) {
        var lane = take((start + i) & (LANES - 1));
        if (lane != null) {
          return lane;
        }
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private @Nullable Lane take(int index) {
    var lane = lanes.getAcquire(index);
    if (lane == null) {
      var number = fd.number();
      var made = new Lane(number, keySize, valueSize);
      return lanes.compareAndSet(index, null, made) ? made : null;
    }
    if (lane.take()) {
      return lane;
    }
    return null;
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
    for (int i = 0; i < LANES; i++) {
      var lane = lanes.getAcquire(i);
      if (lane != null && lane.isMine()) {
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
  public static final class Lane implements AutoCloseable {
    private static final int CLOSED_NUMBER = -1;
    private static final Lane NONE = new Lane(CLOSED_NUMBER, 0, 0);

    static {
      NONE.state.set(CLOSED);
    }

    private static final int ELEMENT = 0;
    private static final int ELEMENT_SIZE = 32;
    private static final int BATCH = 32;
    private static final int BATCH_SIZE = 56;
    private static final int ERRNO = 96;
    private static final int KEY = 128;

    private final AtomicInteger state = new AtomicInteger(BUSY);
    private @Nullable Thread user = Thread.currentThread();
    private final MemorySegment memory;
    private final MemorySegment errno;
    private final MemorySegment key;
    private final MemorySegment next;
    private final MemorySegment value;

    private Lane(int fd, int keySize, int valueSize) {
      var nextAt = KEY + roundUp(keySize);
      var valueAt = nextAt + roundUp(keySize);
      this.memory = Arena.ofAuto().allocate(valueAt + roundUp(valueSize), 64);
      this.errno = memory.asSlice(ERRNO, Native.CAPTURE_SIZE);
      this.key = memory.asSlice(KEY, keySize);
      this.next = memory.asSlice(nextAt, keySize);
      this.value = memory.asSlice(valueAt, valueSize);
      memory.set(ValueLayout.JAVA_INT, ELEMENT, fd);
      memory.set(ValueLayout.JAVA_LONG, ELEMENT + 8, keySize == 0 ? 0 : key.address());
      memory.set(ValueLayout.JAVA_INT, BATCH + 36, fd);
    }

    private static long roundUp(int size) {
      return (size + 7L) / 8 * 8;
    }

    private boolean take() {
      if (!state.compareAndSet(FREE, BUSY)) {
        return false;
      }
      user = Thread.currentThread();
      return true;
    }

    private boolean isMine() {
      return Thread.currentThread().equals(user);
    }

    private void retire() {
      while (!state.compareAndSet(FREE, CLOSED)) {
        if (state.get() == CLOSED) {
          return;
        }
        LockSupport.parkNanos(PAUSE);
      }
    }

    /// Where the key stands.
    public MemorySegment key() {
      return key;
    }

    /// Where the key stands that [#nextKey(boolean)] finds.
    public MemorySegment next() {
      return next;
    }

    /// Where the value stands.
    public MemorySegment value() {
      return value;
    }

    private int element(int command, long pointer, long flags) {
      memory.set(ValueLayout.JAVA_LONG, ELEMENT + 16, pointer);
      memory.set(ValueLayout.JAVA_LONG, ELEMENT + 24, flags);
      return (int)
          -Native.call(errno, SystemCall.BPF, command, memory.address() + ELEMENT, ELEMENT_SIZE);
    }

    /// `MAP_LOOKUP_ELEM`: the value of the key. 0, or an error number.
    public int lookup(long flags) {
      return element(Bpf.MAP_LOOKUP_ELEM, value.address(), flags);
    }

    /// `MAP_UPDATE_ELEM`: the value of the key from now on. 0, or an error number.
    public int update(long flags) {
      return element(Bpf.MAP_UPDATE_ELEM, value.address(), flags);
    }

    /// `MAP_DELETE_ELEM`. 0, or an error number.
    public int delete() {
      return element(Bpf.MAP_DELETE_ELEM, 0, 0);
    }

    /// `MAP_LOOKUP_AND_DELETE_ELEM`: the value that the key had. 0, or an error number.
    public int lookupAndDelete(long flags) {
      return element(Bpf.MAP_LOOKUP_AND_DELETE_ELEM, value.address(), flags);
    }

    /// `MAP_GET_NEXT_KEY`: the key after the key, or the first. 0, or an error number: `ENOENT`
    /// where the key is the last.
    public int nextKey(boolean first) {
      if (!first) {
        return element(Bpf.MAP_GET_NEXT_KEY, next.address(), 0);
      }
      var pointer = memory.get(ValueLayout.JAVA_LONG, ELEMENT + 8);
      memory.set(ValueLayout.JAVA_LONG, ELEMENT + 8, 0);
      try {
        return element(Bpf.MAP_GET_NEXT_KEY, next.address(), 0);
      } finally {
        memory.set(ValueLayout.JAVA_LONG, ELEMENT + 8, pointer);
      }
    }

    /// `MAP_FREEZE`. 0, or an error number.
    public int freeze() {
      return (int)
          -Native.call(errno, SystemCall.BPF, Bpf.MAP_FREEZE, memory.address() + ELEMENT, 4);
    }

    /// One of the commands on many elements. 0, or an error number; [#count()] says how many were
    /// dealt with either way.
    ///
    /// @param from where the cursor stands, or 0 for the start
    /// @param to where the cursor goes, or 0
    /// @param keys the address of the keys
    /// @param values the address of the values, or 0
    /// @param count how many there are, or for how many there is room
    public int batch(
        Batch command, long from, long to, long keys, long values, int count, long flags) {
      memory.set(ValueLayout.JAVA_LONG, BATCH, from);
      memory.set(ValueLayout.JAVA_LONG, BATCH + 8, to);
      memory.set(ValueLayout.JAVA_LONG, BATCH + 16, keys);
      memory.set(ValueLayout.JAVA_LONG, BATCH + 24, values);
      memory.set(ValueLayout.JAVA_INT, BATCH + 32, count);
      memory.set(ValueLayout.JAVA_LONG, BATCH + 40, flags);
      return (int)
          -Native.call(errno, SystemCall.BPF, command.number, memory.address() + BATCH, BATCH_SIZE);
    }

    /// How many elements the last command on many dealt with.
    public int count() {
      return memory.get(ValueLayout.JAVA_INT, BATCH + 32);
    }

    /// Gives the lane back.
    @Override
    public void close() {
      user = null;
      state.setRelease(FREE);
    }
  }

  /// The commands on many elements.
  public enum Batch {
    LOOKUP(24),
    LOOKUP_AND_DELETE(25),
    UPDATE(26),
    DELETE(27);

    private final int number;

    Batch(int number) {
      this.number = number;
    }
  }
}
