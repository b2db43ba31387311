package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.machine.ThrownException;
import org.ebpf4j.vm.internal.map.Content;
import org.ebpf4j.vm.internal.map.Store;

/// Pointers taken for others, exceptions, and what else has no subject of its own.
final class Casts {
  private static final long PAD_WITH_ZEROES = 1;

  private Casts() {}

  /// What a pointer that leads nowhere leads to once it is cast: reading it gives zero, as in the
  /// kernel.
  private static final class Nothing extends Region {
    Nothing() {
      super("memory behind a pointer that leads nowhere", Integer.MAX_VALUE, false);
    }

    @Override
    protected long read(int offset, int size) {
      return 0;
    }
  }

  static void addTo(Map<String, Helper> all, Map<String, Helper> helpers) {
    for (var name :
        new String[] {"cast_to_kern_ctx", "task_acquire", "cgroup_acquire", "key_acquire"}) {
      all.put(name, (run, pointer, b, c, d, e) -> pointer);
    }
    for (var name : new String[] {"task_release", "cgroup_release"}) {
      all.put(name, (run, pointer, b, c, d, e) -> 0);
    }
    var nothing = new AtomicReference<Nothing>();
    all.put("rdonly_cast", (run, pointer, b, c, d, e) -> readOnly(run, pointer, nothing));
    all.put("map_sum_elem_count", (run, map, b, c, d, e) -> count(run, map));
    var text = helpers.get("bpf_probe_read_user_str");
    if (text != null) {
      all.put(
          "copy_from_user_str",
          (run, to, size, from, flags, e) -> copyText(run, text, to, size, from, flags));
    }
    var print = helpers.get("bpf_trace_vprintk");
    if (print != null) {
      for (var name : new String[] {"stream_vprintk", "stream_vprintk_impl"}) {
        all.put(
            name, (run, stream, format, data, size, e) -> print(run, print, format, data, size));
      }
    }
  }

  static void addTyped(Map<String, Kfunc> all) {
    all.put(
        "throw",
        caller ->
            (run, cookie, b, c, d, e) -> {
              throw new ThrownException(caller.code(), cookie);
            });
  }

  private static long readOnly(Run run, long pointer, AtomicReference<Nothing> nothing) {
    if (pointer == 0 || run.memory().find(pointer) != null) {
      return pointer;
    }
    return Objects.requireNonNull(
            nothing.updateAndGet(before -> before == null ? added(run.memory()) : before))
        .address();
  }

  private static Nothing added(Memory memory) {
    var nothing = new Nothing();
    memory.add(nothing);
    return nothing;
  }

  private static long count(Run run, long map) {
    var store = Store.at(run.memory(), map);
    synchronized (store) {
      try {
        long count = 0;
        for (var key = store.content().next(null); key != null; key = store.content().next(key)) {
          count++;
        }
        return count;
      } catch (Content.Unsupported _) {
        return 0;
      }
    }
  }

  private static long copyText(Run run, Helper text, long to, long size, long from, long flags) {
    if ((flags & ~PAD_WITH_ZEROES) != 0) {
      return -Errno.EINVAL;
    }
    var length = text.call(run, to, size, from, 0, 0);
    if (length >= 0 && flags == PAD_WITH_ZEROES) {
      run.memory().clear(to + length, size - length);
    }
    return length;
  }

  /// Prints to where other programs print: there is one stream.
  private static long print(Run run, Helper print, long format, long data, long size) {
    int length = 0;
    while (run.memory().load(format + length, 1) != 0) {
      length++;
    }
    try {
      var printed = print.call(run, format, length + 1L, data, size, 0);
      return Math.min(printed, 0);
    } catch (MemoryFault _) {
      return -Errno.EFAULT;
    }
  }
}
