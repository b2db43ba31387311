package org.ebpf4j.vm.internal.kfunc;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.jspecify.annotations.Nullable;

/// What programs have run later: timers, and work that is queued. It runs when the clock is
/// advanced, which otherwise goes as the machine's does. Any thread may use it.
public final class Deferred {
  private static final long ABSOLUTE = 1;
  private static final long PINNED = 2;
  private static final long CLOCKS = 15;

  private final LongSupplier clock;
  private final Map<Long, Entry> entries = new HashMap<>();
  private long advanced;
  private long count;
  private @Nullable Entry running;

  /// A timer or some work, in the value of a map.
  private static final class Entry {
    final long address;
    final long map;
    final Region region;
    long callback;
    boolean due;
    long time;
    long number;

    Entry(long address, long map, Region region) {
      this.address = address;
      this.map = map;
      this.region = region;
    }
  }

  /// Runs a callback.
  @FunctionalInterface
  public interface Runner {
    /// @param callback the address of the function
    /// @param map the address of the map
    /// @param value an address in the value that the timer is in
    void run(long callback, long map, long value);
  }

  /// @param clock the time that has gone by without any advance, in nanoseconds
  public Deferred(LongSupplier clock) {
    this.clock = clock;
  }

  /// The time, in nanoseconds.
  public synchronized long now() {
    return clock.getAsLong() + advanced;
  }

  void addHelpers(Map<String, Helper> all) {
    all.put("timer_init", (run, timer, map, flags, d, e) -> init(run, timer, map, flags & CLOCKS));
    all.put("timer_set_callback", (run, timer, function, c, d, e) -> callback(timer, function));
    all.put("timer_start", (run, timer, nanos, flags, d, e) -> start(timer, nanos, flags));
    all.put("timer_cancel", (run, timer, b, c, d, e) -> cancel(timer));
  }

  void addKfuncs(Map<String, Helper> all) {
    all.put("wq_init", (run, work, map, flags, d, e) -> initWork(run, work, map, flags));
    all.put("wq_start", (run, work, flags, c, d, e) -> startWork(work, flags));
    for (var suffix : new String[] {"", "_impl"}) {
      all.put(
          "wq_set_callback" + suffix,
          (run, work, function, flags, d, e) ->
              flags == 0 ? callback(work, function) : -Errno.EINVAL);
      for (var when : new String[] {"signal", "resume"}) {
        all.put(
            "task_work_schedule_" + when + suffix,
            (run, task, work, map, function, e) -> schedule(run, work, map, function));
      }
    }
    all.put("timer_cancel_async", (run, timer, b, c, d, e) -> cancel(timer));
  }

  private @Nullable Entry find(long address) {
    return entries.get(address);
  }

  private static boolean isThere(Memory memory, Entry entry) {
    return entry.region.equals(memory.find(entry.address));
  }

  private synchronized long init(Run run, long address, long map, long clockId) {
    if (clockId != 0 && clockId != 1 && clockId != 7) {
      return -Errno.EINVAL;
    }
    var before = find(address);
    if (before != null && isThere(run.memory(), before)) {
      return -Errno.EBUSY;
    }
    entries.put(address, new Entry(address, map, run.memory().at(address)));
    return 0;
  }

  private long initWork(Run run, long address, long map, long flags) {
    return flags == 0 ? init(run, address, map, 1) : -Errno.EINVAL;
  }

  private synchronized long callback(long address, long function) {
    var entry = find(address);
    if (entry == null) {
      return -Errno.EINVAL;
    }
    entry.callback = function;
    return 0;
  }

  private synchronized long start(long address, long nanos, long flags) {
    var entry = find(address);
    if ((flags & ~(ABSOLUTE | PINNED)) != 0 || entry == null || entry.callback == 0) {
      return -Errno.EINVAL;
    }
    entry.due = true;
    entry.time = (flags & ABSOLUTE) != 0 ? nanos : now() + nanos;
    entry.number = ++count;
    return 0;
  }

  private synchronized long startWork(long address, long flags) {
    var entry = find(address);
    if (flags != 0 || entry == null || entry.callback == 0) {
      return -Errno.EINVAL;
    }
    // What is queued already is not queued again.
    return entry.due ? 0 : start(address, 0, 0);
  }

  private synchronized long schedule(Run run, long address, long map, long function) {
    var before = find(address);
    if (before != null && before.due && isThere(run.memory(), before)) {
      return -Errno.EBUSY;
    }
    entries.remove(address);
    init(run, address, map, 1);
    callback(address, function);
    return start(address, 0, 0);
  }

  @SuppressWarnings("ReferenceEquality") // The very one is meant.
  private synchronized long cancel(long address) {
    var entry = find(address);
    if (entry == null) {
      return -Errno.EINVAL;
    }
    if (entry == running) {
      return -Errno.EDEADLK;
    }
    var was = entry.due;
    entry.due = false;
    return was ? 1 : 0;
  }

  /// Lets time go by: what becomes due runs, in the order in which it does, each at its time.
  ///
  /// @param most how many callbacks may run
  /// @return how many ran
  /// @throws IllegalStateException where it would be more
  public int advance(Memory memory, long nanos, int most, Runner runner) {
    long end;
    synchronized (this) {
      end = now() + nanos;
    }
    int ran = 0;
    for (var next = next(memory, end); next != null; next = next(memory, end)) {
      if (++ran > most) {
        throw new IllegalStateException(
            "timers have run "
                + most
                + " times and are due again: one starts itself with no delay");
      }
      try {
        runner.run(next.callback, next.map, next.address);
      } finally {
        synchronized (this) {
          running = null;
        }
      }
    }
    moveTo(end);
    return ran;
  }

  private synchronized void moveTo(long time) {
    advanced += Math.max(time - now(), 0);
  }

  private synchronized @Nullable Entry next(Memory memory, long end) {
    entries.values().removeIf(entry -> !isThere(memory, entry));
    var next =
        entries.values().stream()
            .filter(entry -> entry.due && entry.time <= end)
            .min(Comparator.comparingLong((Entry e) -> e.time).thenComparingLong(e -> e.number))
            .orElse(null);
    if (next != null) {
      next.due = false;
      running = next;
      moveTo(next.time);
    }
    return next;
  }
}
