package org.ebpf4j.vm.internal.map;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ebpf4j.error.Errno;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.spi.PerfRings;
import org.ebpf4j.spi.SharedPerfRing;
import org.ebpf4j.spi.Waiter;
import org.jspecify.annotations.Nullable;

/// The rings of perf events by CPU, which are there while a perf buffer is open.
public final class PerfContent implements Content {
  private static final int PAGE = 4096;

  private final String name;
  private final int cpus;
  private final @Nullable PerfMemory[] rings;

  PerfContent(String name, int count, int cpus) {
    this.name = name;
    this.cpus = cpus;
    this.rings = new @Nullable PerfMemory[count];
  }

  /// Writes a record, as programs do.
  ///
  /// @param index whose ring it is for
  /// @param cpu the CPU that the program is on
  /// @return 0, or an error number
  public int write(long index, int cpu, byte[] record) {
    PerfMemory ring;
    synchronized (rings) {
      if (index >= rings.length) {
        return Errno.E2BIG;
      }
      ring = rings[(int) index];
    }
    if (ring == null) {
      return Errno.ENOENT;
    }
    return index == cpu ? ring.write(record) : Errno.EOPNOTSUPP;
  }

  /// The rings, for one who reads them.
  public PerfRings open(PerfBufferOptions options) {
    return new Rings(options);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    throw new Unsupported(Errno.ENOTSUPP);
  }

  private boolean has(byte[] key) {
    return Integer.compareUnsigned(Values.u32(key), rings.length) < 0;
  }

  /// No number that is open is that of a perf event.
  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (mode != ANY) {
      return Errno.EINVAL;
    }
    return has(key) ? Errno.EBADF : Errno.E2BIG;
  }

  @Override
  public int remove(byte[] key) {
    if (!has(key)) {
      return Errno.E2BIG;
    }
    synchronized (rings) {
      var before = rings[Values.u32(key)];
      rings[Values.u32(key)] = null;
      return before == null ? Errno.ENOENT : 0;
    }
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return Values.nextIndex(key, rings.length);
  }

  private final class Rings implements PerfRings, Signal.Source {
    private final PerfBufferOptions options;
    private final int size;
    private final Signal signal = new Signal();
    private final Map<Integer, PerfMemory> opened = new HashMap<>();

    Rings(PerfBufferOptions options) {
      this.options = options;
      this.size = Integer.highestOneBit(2 * Math.max(options.bytesPerCpu(), PAGE) - 1);
    }

    @Override
    public Signal signal() {
      return signal;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean overwritable() {
      return options.overwritable();
    }

    @Override
    public List<Integer> online() {
      return IntStream.range(0, Math.min(cpus, rings.length)).boxed().toList();
    }

    @Override
    public Optional<SharedPerfRing> open(int cpu) {
      var ring = new PerfMemory(cpu, size, options, signal);
      synchronized (rings) {
        rings[cpu] = ring;
        opened.put(cpu, ring);
      }
      return Optional.of(ring.open());
    }

    @Override
    public Waiter waiter() {
      return new RingWaiter(this);
    }

    @Override
    public void close() {
      synchronized (rings) {
        // As on Linux, those of one who opened the map later go as well.
        opened.keySet().forEach(cpu -> rings[cpu] = null);
      }
    }
  }
}
