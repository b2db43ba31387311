package org.ebpf4j.vm.internal.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.ebpf4j.error.Errno;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.PerfBufferOptions.Wakeup;
import org.ebpf4j.spi.SharedPerfRing;

/// The perf ring of one CPU (`struct perf_event_mmap_page`, and the records behind it), and what
/// the kernel does with it for programs. Programs write under its monitor; whoever reads does so
/// without.
final class PerfMemory {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int PAGE = 4096;
  private static final long HEAD = 1024;
  private static final long TAIL = 1032;

  // enum perf_event_type
  private static final int LOST = 2;
  private static final int SAMPLE = 9;

  private static final int HEADER = 8;
  private static final int LOST_SIZE = 24;

  /// The most bytes of a record, whose length has 16 bits.
  private static final int LONGEST = 0xfff8;

  private final int cpu;
  private final int size;
  private final boolean backwards;
  private final int wakeupEvents;
  private final long watermark;
  private final Signal signal;
  private final MemorySegment control = Arena.ofAuto().allocate(PAGE, 8);
  private final MemorySegment data;
  private long lost;
  private long events;
  private long woken;
  private boolean paused;

  PerfMemory(int cpu, int size, PerfBufferOptions options, Signal signal) {
    this.cpu = cpu;
    this.size = size;
    this.backwards = options.overwritable();
    this.signal = signal;
    this.data = Arena.ofAuto().allocate(size, 8);
    switch (options.wakeup()) {
      case Wakeup.Events(int count) -> {
        wakeupEvents = count;
        watermark = size / 2;
      }
      case Wakeup.Bytes(int count) -> {
        wakeupEvents = 0;
        watermark = Math.min(count, size);
      }
    }
  }

  /// Writes what a program gave, as one record.
  ///
  /// @return 0, or an error number
  synchronized int write(byte[] given) {
    var raw = ((given.length + 4 + 7) & -8) - 4;
    var total = HEADER + 4 + raw;
    if (total > LONGEST) {
      return Errno.E2BIG;
    }
    var head = (long) LONG.get(control, HEAD);
    if (backwards) {
      if (paused) {
        return Errno.ENOSPC;
      }
      head -= total;
      sample(head, total, raw, given);
      LONG.setRelease(control, HEAD, head);
      raise(-head);
      return 0;
    }
    var needed = total + (lost > 0 ? LOST_SIZE : 0);
    if (paused || needed > size - 1 - (head - (long) LONG.getAcquire(control, TAIL))) {
      lost++;
      return Errno.ENOSPC;
    }
    if (lost > 0) {
      header(head, LOST, LOST_SIZE);
      word(head + HEADER, 0);
      word(head + 2L * HEADER, lost);
      head += LOST_SIZE;
      lost = 0;
    }
    sample(head, total, raw, given);
    head += total;
    LONG.setRelease(control, HEAD, head);
    raise(head);
    return 0;
  }

  private void raise(long written) {
    var wake = false;
    if (wakeupEvents > 0 && ++events >= wakeupEvents) {
      events -= wakeupEvents;
      wake = true;
    }
    if (written - woken > watermark) {
      woken += watermark;
      wake = true;
    }
    if (wake) {
      signal.raise();
    }
  }

  private void word(long position, long value) {
    data.set(ValueLayout.JAVA_LONG, position & (size - 1), value);
  }

  private void header(long position, int type, int length) {
    word(position, type | ((long) length << 48));
  }

  private void sample(long position, int total, int raw, byte[] given) {
    header(position, SAMPLE, total);
    var bytes = new byte[4 + raw];
    System.arraycopy(Values.u32(raw), 0, bytes, 0, 4);
    System.arraycopy(given, 0, bytes, 4, given.length);
    var from = (int) ((position + HEADER) & (size - 1));
    var first = Math.min(bytes.length, size - from);
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, from, first);
    MemorySegment.copy(bytes, first, data, ValueLayout.JAVA_BYTE, 0, bytes.length - first);
  }

  private synchronized void setPaused(boolean now) {
    paused = now;
  }

  /// The memory as a reader has it.
  SharedPerfRing open() {
    return new View();
  }

  private final class View implements SharedPerfRing {
    private final Arena scope = Arena.ofShared();

    @Override
    public int cpu() {
      return cpu;
    }

    @Override
    public long size() {
      return size;
    }

    @SuppressWarnings("restricted") // Its size stays; only its life becomes shorter.
    private static MemorySegment within(MemorySegment memory, Arena scope) {
      return memory.reinterpret(scope, null);
    }

    @Override
    public MemorySegment control() {
      return within(control, scope);
    }

    @Override
    public MemorySegment data(Arena other) {
      return within(data, other).asReadOnly();
    }

    @Override
    public boolean alive() {
      return true;
    }

    @Override
    public void pause(boolean now) {
      setPaused(now);
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
