package org.ebpf4j.junit.guide;

import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.HashMap;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Parents {
  @KernelType(value = "task_struct", probe = true)
  interface Task {
    int tgid();

    Task real_parent();
  }

  static final HashMap<Integer, Integer> parents = new HashMap<>(10_240);

  @Section("tracepoint/sched/sched_process_exec")
  static int started() {
    Task task = Bpf.currentTask();
    parents.put(task.tgid(), task.real_parent().tgid());
    return 0;
  }
}
