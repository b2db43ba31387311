package org.ebpf4j.linux.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Epoll;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.Mapping.Access;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.PerfBufferOptions.Wakeup;
import org.ebpf4j.spi.PerfRings;
import org.ebpf4j.spi.SharedPerfRing;
import org.ebpf4j.spi.Waiter;

/// A map of perf events, one for each CPU at the index of its id. All of them are waited for in one
/// set, so that it stays the same thing to wait for when CPUs come and go.
final class PerfEventRings implements PerfRings, Polled {
  private final String name;
  private final Fd map;
  private final long entries;
  private final PerfBufferOptions options;
  private final long size;
  private final Fd epoll;

  /// Those that have, or had, a ring.
  private final Set<Integer> cpus = new HashSet<>();

  /// @param entries how many the map has
  PerfEventRings(String name, int map, long entries, PerfBufferOptions options) {
    this.name = name;
    this.entries = entries;
    this.options = options;
    this.size = size(options.bytesPerCpu());
    this.map = Fd.duplicate(map);
    try {
      this.epoll = Epoll.open();
    } catch (RuntimeException | Error e) {
      this.map.close();
      throw e;
    }
  }

  private static long size(int wanted) {
    var least = Math.max(wanted, Pages.size());
    return Long.highestOneBit(2L * least - 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int fd() {
    return epoll.number();
  }

  @Override
  public int events() {
    return Epoll.IN;
  }

  @Override
  public boolean overwritable() {
    return options.overwritable();
  }

  @Override
  public List<Integer> online() {
    return Cpus.online().stream().filter(cpu -> cpu < entries).toList();
  }

  @Override
  public Optional<SharedPerfRing> open(int cpu) {
    var opened =
        switch (options.wakeup()) {
          case Wakeup.Events(int count) ->
              Perf.openOutput(cpu, count, false, options.overwritable());
          case Wakeup.Bytes(int count) -> Perf.openOutput(cpu, count, true, options.overwritable());
        };
    if (opened.errno() == Errno.ENODEV) {
      return Optional.empty();
    }
    if (!opened.ok()) {
      throw Refusal.of(
          what(cpu), "perf_event_open", opened.errno(), EnumSet.of(Capability.CAP_PERFMON));
    }
    var fd = opened.fd();
    try {
      var ring = new PerfEventRing(cpu, fd, size, mapped(cpu, fd));
      try {
        check(cpu, "epoll_ctl", Epoll.add(epoll, fd.number(), Epoll.IN | Epoll.EDGE, cpu));
        check(cpu, "PERF_EVENT_IOC_ENABLE", Perf.enable(fd.number()));
        check(cpu, "MAP_UPDATE_ELEM", Bpf.mapUpdate(map.number(), word(cpu), word(fd.number()), 0));
        cpus.add(cpu);
        return Optional.of(ring);
      } catch (RuntimeException | Error e) {
        ring.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  private Mapping mapped(int cpu, Fd fd) {
    var access = options.overwritable() ? Access.READ : Access.READ_WRITE;
    var outcome = Mapping.of(fd.number(), 0, Pages.size() + size, access);
    if (!outcome.ok()) {
      throw Refusal.of(what(cpu), "mmap", outcome.errno(), EnumSet.of(Capability.CAP_PERFMON));
    }
    return outcome.mapping();
  }

  private void check(int cpu, String command, int errno) {
    if (errno != 0) {
      throw KernelException.of(what(cpu), command, errno);
    }
  }

  private String what(int cpu) {
    return "the ring of CPU " + cpu + " of perf buffer '" + name + "'";
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  @Override
  public Waiter waiter() {
    return EpollWaiter.of(this);
  }

  /// Takes the rings out of the map, or those of whoever opened the map later.
  @Override
  public void close() {
    try {
      for (int cpu : cpus) {
        // An error says that it is out of there.
        var _ = Bpf.mapDelete(map.number(), word(cpu));
      }
    } finally {
      epoll.close();
      map.close();
    }
  }
}
