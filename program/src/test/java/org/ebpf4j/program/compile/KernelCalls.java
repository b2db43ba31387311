package org.ebpf4j.program.compile;

import org.ebpf4j.program.BitField;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Enumerator;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Kfunc;
import org.ebpf4j.program.Member;
import org.ebpf4j.program.PointerMember;
import org.ebpf4j.program.Section;
import org.jspecify.annotations.Nullable;

/// Functions of the kernel by name, bit fields, enumerators, addresses.
@SuppressWarnings("NullAway") // Programs need no checks for null.
final class KernelCalls {
  @KernelType("task_struct")
  interface Task {
    int tgid();

    @BitField
    @Member("in_execve")
    int inExecve();

    @PointerMember
    @Member("real_parent")
    long parentAddress();

    @Member("real_parent")
    Task parent();
  }

  @Kfunc("bpf_task_from_pid")
  static @Nullable Task taskOf(int process) {
    return null;
  }

  @Kfunc("bpf_task_release")
  static void release(Task task) {}

  @Enumerator(type = "pid_type", name = "PIDTYPE_SID")
  static int session() {
    return 3;
  }

  @Enumerator(type = "pid_type", name = "PIDTYPE_PID")
  static int process() {
    return 0;
  }

  @Enumerator(type = "pid_type", name = "PIDTYPE_OF_NOBODY")
  static boolean hasNobody() {
    return false;
  }

  static int inExecve;
  static int parent;
  static int address;
  static int enumerators;
  static int group;
  static int divisor;
  static int wanted;

  @Section("tp_btf/sched_process_exec")
  static int executed(Task task, int old, long binary) {
    inExecve = task.inExecve();
    address = task.parentAddress() != 0 ? 1 : 2;
    enumerators = 100 * session() + 10 * process() + (hasNobody() ? 1 : 2);
    Task found = taskOf(task.parent().tgid());
    if (found != null) {
      parent = found.tgid();
      release(found);
    }
    return 0;
  }

  /// An exception comes while the task is held.
  @Section(value = "syscall", onFault = 77)
  static int find() {
    Task found = taskOf(wanted);
    if (found == null) {
      return 1;
    }
    group = found.tgid() / divisor;
    release(found);
    return (int) (Bpf.currentPidTgid() >>> 32) == group ? 2 : 3;
  }

  private KernelCalls() {}
}
