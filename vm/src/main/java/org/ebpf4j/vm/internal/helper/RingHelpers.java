package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.RingMemory;
import org.ebpf4j.vm.internal.map.Store;

/// What programs do with ring buffers (`BPF_RB_*` of `include/uapi/linux/bpf.h`).
final class RingHelpers {
  private static final long NO_WAKEUP = 1;
  private static final long FORCE_WAKEUP = 2;

  private RingHelpers() {}

  /// A record that room was made for, and that the program fills.
  private static final class Record extends Region {
    private final RingMemory ring;
    private final long at;
    private final byte[] content;

    Record(RingMemory ring, String map, long at, byte[] content) {
      super("a record of ring buffer '" + map + "'", content, true);
      this.ring = ring;
      this.at = at;
      this.content = content;
    }

    static void finish(Memory memory, long address, boolean discard, long flags) {
      if (!(memory.find(address) instanceof Record record) || record.address() != address) {
        throw new MemoryFault(address, "no record of a ring buffer that was reserved");
      }
      memory.remove(record);
      record.ring.commit(record.at, record.content, discard, (flags & NO_WAKEUP) != 0);
    }
  }

  static void addTo(Map<String, Helper> all) {
    all.put("ringbuf_output", RingHelpers::output);
    all.put("ringbuf_reserve", RingHelpers::reserve);
    all.put(
        "ringbuf_submit",
        (run, record, flags, c, d, e) -> {
          Record.finish(run.memory(), record, false, flags);
          return 0;
        });
    all.put(
        "ringbuf_discard",
        (run, record, flags, c, d, e) -> {
          Record.finish(run.memory(), record, true, flags);
          return 0;
        });
    all.put("ringbuf_query", RingHelpers::query);
  }

  private static long output(Run run, long map, long data, long size, long flags, long e) {
    var ring = Store.at(run.memory(), map).ring();
    if ((flags & ~(NO_WAKEUP | FORCE_WAKEUP)) != 0) {
      return -Errno.EINVAL;
    }
    if (size < 0 || size > ring.size()) {
      return -Errno.E2BIG;
    }
    var record = run.memory().read(data, size);
    var at = ring.reserve(record.length);
    if (at < 0) {
      return -Errno.EAGAIN;
    }
    ring.commit(at, record, false, (flags & NO_WAKEUP) != 0);
    return 0;
  }

  private static long reserve(Run run, long map, long size, long flags, long d, long e) {
    var store = Store.at(run.memory(), map);
    if (flags != 0 || size < 0 || size > store.ring().size()) {
      return 0;
    }
    var at = store.ring().reserve((int) size);
    return at < 0
        ? 0
        : run.memory().add(new Record(store.ring(), store.name(), at, new byte[(int) size]));
  }

  private static long query(Run run, long map, long what, long c, long d, long e) {
    var ring = Store.at(run.memory(), map).ring();
    return switch ((int) what) {
      case 0 -> ring.written() - ring.consumed();
      case 1 -> ring.size();
      case 2 -> ring.consumed();
      case 3 -> ring.written();
      default -> 0;
    };
  }
}
