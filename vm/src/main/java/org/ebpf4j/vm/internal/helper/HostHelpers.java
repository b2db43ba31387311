package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.HostContent;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;

/// What a kernel says that has no routes, no counters of the machine, and no measurements of files.
/// A test that wants more puts a function of its own in their place.
final class HostHelpers {
  /// The bytes of a `struct bpf_fib_lookup`.
  private static final int ROUTE_SIZE = 64;

  /// All of `BPF_FIB_LOOKUP_*`.
  private static final long ROUTE_FLAGS = 0x3f;

  /// The cookie of the first network namespace.
  private static final long FIRST_NAMESPACE = 1;

  private HostHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put(
        "fib_lookup",
        (run, context, route, size, flags, e) ->
            (int) size < ROUTE_SIZE || (flags & ~ROUTE_FLAGS) != 0 ? -Errno.EINVAL : -Errno.ENODEV);
    all.put("perf_event_read", (run, map, flags, c, d, e) -> -Errno.ENOENT);
    all.put(
        "perf_event_read_value",
        (run, map, flags, to, size, e) -> {
          run.memory().clear(to, size);
          return -Errno.ENOENT;
        });
    all.put("ima_inode_hash", (run, inode, to, size, d, e) -> -Errno.EOPNOTSUPP);
    all.put("ima_file_hash", (run, file, to, size, d, e) -> -Errno.EOPNOTSUPP);
    all.put(
        "current_task_under_cgroup", (run, map, index, c, d, e) -> isUnder(run, map, (int) index));
    all.put("get_netns_cookie", (run, context, b, c, d, e) -> FIRST_NAMESPACE);
  }

  /// Whether the task is in a cgroup, or in one below it. The id of a cgroup is that of what is
  /// open.
  private static long isUnder(Run run, long map, int index) {
    var store = Store.at(run.memory(), map);
    if (Integer.toUnsignedLong(index) >= store.shape().maxEntries()) {
      return -Errno.E2BIG;
    }
    if (!(store.content() instanceof HostContent cgroups)) {
      return -Errno.EINVAL;
    }
    synchronized (store) {
      var cgroup = cgroups.at(Values.u32(index));
      if (cgroup == null) {
        return -Errno.EAGAIN;
      }
      return Environment.of(run).task().cgroups().contains((long) cgroup.id()) ? 1 : 0;
    }
  }
}
