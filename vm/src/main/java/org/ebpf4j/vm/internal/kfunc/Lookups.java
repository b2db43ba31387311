package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.TypedRegion;

/// Tasks and cgroups, which programs look up by their ids: those that a test has made.
final class Lookups {
  private Lookups() {}

  static void addTo(Map<String, Helper> all) {
    for (var name : new String[] {"task_from_pid", "task_from_vpid"}) {
      all.put(
          name,
          (run, pid, b, c, d, e) ->
              (int) pid <= 0 ? 0 : Environment.of(run).host().task((int) pid));
    }
    all.put("cgroup_from_id", (run, id, b, c, d, e) -> Environment.of(run).host().cgroup(id));
    all.put("cgroup_ancestor", (run, cgroup, level, c, d, e) -> ancestor(run, cgroup, (int) level));
    all.put("task_under_cgroup", (run, task, cgroup, c, d, e) -> isUnder(run, task, cgroup));
  }

  /// The number in a part of the object at an address; 0 where it has none.
  private static long number(Run run, long at, String part, String path) {
    if (!(run.memory().find(at) instanceof TypedRegion typed) || !typed.value().has(part)) {
      return 0;
    }
    return typed.value().number(typed.value().place(path), path);
  }

  private static long ancestor(Run run, long cgroup, int level) {
    if (level < 0 || level > number(run, cgroup, "level", "level")) {
      return 0;
    }
    try {
      return number(run, cgroup, "ancestors", "ancestors[" + level + "]");
    } catch (IllegalArgumentException _) {
      // There are not as many.
      return 0;
    }
  }

  /// Whether a task is in a cgroup or below it. Of the task that runs, the cgroups are known by
  /// their ids; of others, by what their objects point to.
  private static long isUnder(Run run, long task, long cgroup) {
    var environment = Environment.of(run);
    if (task == environment.taskAddress().getAsLong()) {
      var id = environment.host().cgroupId(cgroup);
      return environment.task().cgroups().contains(id) ? 1 : 0;
    }
    var own = number(run, number(run, task, "cgroups", "cgroups"), "dfl_cgrp", "dfl_cgrp");
    if (own == cgroup) {
      return 1;
    }
    var level = (int) number(run, cgroup, "level", "level");
    return own != 0 && ancestor(run, own, level) == cgroup ? 1 : 0;
  }
}
