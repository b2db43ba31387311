package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.RingMemory;
import org.ebpf4j.vm.internal.map.Store;

/// What programs take out of rings that user space writes (`bpf_user_ringbuf_drain`).
final class UserRings {
  private static final long NO_WAKEUP = 1;
  private static final long FORCE_WAKEUP = 2;

  /// The most records of one call (`BPF_MAX_USER_RINGBUF_SAMPLES`).
  private static final int MOST = 128 * 1024;

  /// The bytes of a `struct bpf_dynptr`.
  private static final int DYNPTR = 16;

  private UserRings() {}

  static void addHelpers(Map<String, Helper> all) {
    all.put("user_ringbuf_drain", UserRings::drain);
  }

  /// Calls a function of the program with each record, until it returns 1.
  ///
  /// @return how many records, or an error number
  private static long drain(Run run, long map, long function, long context, long flags, long e) {
    if ((flags & ~(NO_WAKEUP | FORCE_WAKEUP)) != 0) {
      return -Errno.EINVAL;
    }
    var store = Store.at(run.memory(), map);
    var ring = store.ring();
    if (!ring.beginReading()) {
      return -Errno.EBUSY;
    }
    long taken = 0;
    try {
      taken = each(run, store.name(), ring, function, context);
      return taken;
    } finally {
      ring.endReading((flags & FORCE_WAKEUP) != 0 || (taken > 0 && (flags & NO_WAKEUP) == 0));
    }
  }

  private static long each(Run run, String name, RingMemory ring, long function, long context) {
    long taken = 0;
    for (int i = 0; i < MOST; i++) {
      var next = ring.peek();
      switch (next.errno()) {
        case 0 -> {
          if (next.bytes().length > Dynptr.MOST) {
            return -Errno.E2BIG;
          }
          taken++;
          long stop;
          try {
            stop = call(run, name, next.bytes(), function, context);
          } finally {
            ring.release(next);
          }
          if (stop != 0) {
            return taken;
          }
        }
        case Errno.EAGAIN -> ring.release(next);
        case Errno.ENODATA -> {
          return taken;
        }
        default -> {
          return -next.errno();
        }
      }
    }
    return taken;
  }

  private static long call(Run run, String name, byte[] bytes, long function, long context) {
    var memory = run.memory();
    var record = new Region("a record of user ring buffer '" + name + "'", bytes, true);
    var dynptr = new Region("the dynptr of a record", new byte[DYNPTR], true);
    memory.add(record);
    memory.add(dynptr);
    try {
      new Dynptr(record.address(), Dynptr.LOCAL, false, bytes.length, 0)
          .store(memory, dynptr.address());
      return run.callback(function, dynptr.address(), context, 0, 0, 0);
    } finally {
      memory.remove(record);
      memory.remove(dynptr);
    }
  }
}
