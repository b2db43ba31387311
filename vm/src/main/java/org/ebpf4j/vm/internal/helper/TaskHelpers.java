package org.ebpf4j.vm.internal.helper;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;

/// Who runs, where and when; chance; calls of functions of the program itself.
final class TaskHelpers {
  private static final long ROUNDS = 1 << 23;

  private TaskHelpers() {}

  static void addTo(Map<String, Helper> all) {
    for (var name :
        new String[] {
          "ktime_get_ns", "ktime_get_boot_ns", "ktime_get_coarse_ns", "ktime_get_tai_ns"
        }) {
      all.put(name, (run, a, b, c, d, e) -> Environment.of(run).clock().getAsLong());
    }
    all.put(
        "jiffies64", (run, a, b, c, d, e) -> Environment.of(run).clock().getAsLong() / 4_000_000);
    all.put(
        "get_prandom_u32",
        (run, a, b, c, d, e) -> Environment.of(run).random().nextInt() & 0xffff_ffffL);
    all.put("get_smp_processor_id", (run, a, b, c, d, e) -> run.cpu());
    all.put("get_numa_node_id", (run, a, b, c, d, e) -> 0);
    all.put(
        "get_current_pid_tgid",
        (run, a, b, c, d, e) -> {
          var task = Environment.of(run).task();
          return ((long) task.tgid() << Integer.SIZE) | (task.pid() & 0xffff_ffffL);
        });
    all.put(
        "get_current_uid_gid",
        (run, a, b, c, d, e) -> {
          var task = Environment.of(run).task();
          return ((long) task.gid() << Integer.SIZE) | (task.uid() & 0xffff_ffffL);
        });
    all.put("get_current_comm", TaskHelpers::comm);
    all.put("get_current_cgroup_id", (run, a, b, c, d, e) -> Environment.of(run).task().cgroup());
    all.put("get_current_ancestor_cgroup_id", (run, level, b, c, d, e) -> ancestor(run, level));
    all.put("get_ns_current_pid_tgid", TaskHelpers::idsInNamespace);
    all.put("get_attach_cookie", (run, a, b, c, d, e) -> Environment.of(run).cookie());
    all.put("loop", TaskHelpers::loop);
    all.put(
        "spin_lock",
        (run, lock, b, c, d, e) -> {
          run.lock(lock);
          return 0;
        });
    all.put(
        "spin_unlock",
        (run, lock, b, c, d, e) -> {
          run.unlock(lock);
          return 0;
        });
  }

  private static long comm(Run run, long to, long size, long c, long d, long e) {
    run.memory().clear(to, size);
    run.memory().write(to, Environment.of(run).task().comm((int) size));
    return 0;
  }

  /// The id of the cgroup at a level: 0 is the root.
  static long ancestor(Run run, long level) {
    var cgroups = Environment.of(run).task().cgroups();
    var at = (int) level;
    return at < 0 || at >= cgroups.size() ? 0 : cgroups.get(at);
  }

  /// The ids of the task in a namespace of ids: in each, they are the same.
  private static long idsInNamespace(Run run, long device, long inode, long to, long size, long e) {
    if (size != 2 * Integer.BYTES) {
      run.memory().clear(to, size);
      return -Errno.EINVAL;
    }
    var task = Environment.of(run).task();
    run.memory()
        .write(
            to,
            ByteBuffer.allocate(2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(task.pid())
                .putInt(task.tgid())
                .array());
    return 0;
  }

  /// Calls a function of the program with 0, 1, 2 and so on, until it returns 1.
  private static long loop(Run run, long count, long function, long context, long flags, long e) {
    if (flags != 0) {
      return -Errno.EINVAL;
    }
    if (count > ROUNDS) {
      return -Errno.E2BIG;
    }
    for (long i = 0; i < count; i++) {
      if (run.callback(function, i, context, 0, 0, 0) != 0) {
        return i + 1;
      }
    }
    return count;
  }
}
