package org.ebpf4j.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.spi.PerfRings;
import org.ebpf4j.spi.SharedPerfRing;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;

/// Perf rings in ordinary memory, with the kernel's side of them, on CPUs that can be switched off
/// and on.
final class SimulatedPerfRings implements PerfRings {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final int size;
  private final boolean overwritable;
  private final TreeSet<Integer> online = new TreeSet<>();
  private final Semaphore signals = new Semaphore(0);

  /// What programs write to, by CPU.
  private final Map<Integer, Ring> current = new HashMap<>();

  final List<Ring> all = new ArrayList<>();
  boolean closed;

  SimulatedPerfRings(int size, boolean overwritable, Integer... online) {
    this.size = size;
    this.overwritable = overwritable;
    this.online.addAll(List.of(online));
  }

  final class Ring implements SharedPerfRing {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment control = arena.allocate(4096, 8);
    private final MemorySegment data = arena.allocate(size, 8);
    private final int cpu;
    private long lost;
    boolean alive = true;
    boolean closed;

    private Ring(int cpu) {
      this.cpu = cpu;
    }

    long head() {
      return (long) LONG.getAcquire(control, 1024L);
    }

    void positions(long head, long tail) {
      LONG.setRelease(control, 1032L, tail);
      LONG.setRelease(control, 1024L, head);
    }

    private void put(long at, int type, int length, long... words) {
      var header = (long) length << 48 | type;
      data.set(ValueLayout.JAVA_LONG, at & (size - 1), header);
      for (int i = 0; i < words.length; i++) {
        data.set(ValueLayout.JAVA_LONG, (at + 8 + 8L * i) & (size - 1), words[i]);
      }
    }

    /// Any record, without a check.
    void record(int type, int length, long... words) {
      var head = head();
      put(head, type, length, words);
      LONG.setRelease(control, 1024L, head + length);
    }

    /// A sample of `words` words of 8 bytes and one of 4: all of them `value`.
    void sample(int value, int words) {
      var twice = (long) value << 32 | Integer.toUnsignedLong(value);
      var content = new long[words + 1];
      Arrays.fill(content, twice);
      content[0] = (long) value << 32 | 4 + 8L * words;
      var length = 16 + 8 * words;
      if (overwritable) {
        var head = head() - length;
        put(head, 9, length, content);
        LONG.setRelease(control, 1024L, head);
        return;
      }
      var tail = (long) LONG.getAcquire(control, 1032L);
      if (head() - tail + (lost > 0 ? 24 : 0) + length > size) {
        lost++;
        return;
      }
      if (lost > 0) {
        record(2, 24, 77, lost);
        lost = 0;
      }
      record(9, length, content);
      signals.release();
    }

    @Override
    public int cpu() {
      return cpu;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public MemorySegment control() {
      return overwritable ? control.asReadOnly() : control;
    }

    @Override
    @SuppressWarnings("restricted")
    public MemorySegment data(Arena scope) {
      return data.asReadOnly().reinterpret(scope, null);
    }

    @Override
    public boolean alive() {
      return alive;
    }

    @Override
    public void pause(boolean paused) {
      // Nothing is written by another thread.
    }

    @Override
    public void close() {
      closed = true;
      arena.close();
    }
  }

  Ring ring(int cpu) {
    return Objects.requireNonNull(current.get(cpu));
  }

  void switchOff(int cpu) {
    online.remove(cpu);
    ring(cpu).alive = false;
  }

  void switchOn(int cpu) {
    online.add(cpu);
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public boolean overwritable() {
    return overwritable;
  }

  @Override
  public List<Integer> online() {
    return List.copyOf(online);
  }

  @Override
  public Optional<SharedPerfRing> open(int cpu) {
    var ring = new Ring(cpu);
    all.add(ring);
    current.put(cpu, ring);
    return Optional.of(ring);
  }

  @Override
  public Waiter waiter() {
    return new Waiter() {
      @Override
      public void add(Waitable what) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void remove(Waitable what) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void await(long nanos) {
        try {
          if (signals.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            signals.drainPermits();
          }
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public void wake() {
        signals.release();
      }

      @Override
      public long now() {
        return System.nanoTime();
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  @Override
  public void close() {
    closed = true;
  }
}
