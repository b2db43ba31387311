package org.ebpf4j.program.compile;

import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Exists;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Member;
import org.ebpf4j.program.Section;

/// Programs that read structures of the kernel.
final class Tracing {
  @KernelType("task_struct")
  interface Task {
    int tgid();

    @Member("real_parent")
    Task parent();

    @Exists("no_such_member")
    boolean hasNoSuchMember();
  }

  static int parent;
  static int probed;
  static int missing = 5;

  @Section("tp_btf/sched_process_exec")
  static int executed(Task task, int old, long binary) {
    parent = task.parent().tgid();
    missing = task.hasNoSuchMember() ? 1 : 0;
    return 0;
  }

  @Section("raw_tp/sched_process_exec")
  static int probed(Task task, int old, long binary) {
    Task current = Bpf.currentTask();
    if (current != null) {
      probed = current.parent().tgid();
    }
    return 0;
  }

  private Tracing() {}
}
