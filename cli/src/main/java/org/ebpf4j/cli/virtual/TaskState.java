package org.ebpf4j.cli.virtual;

import org.ebpf4j.vm.VirtualKernel;

/// The task that programs run in.
final class TaskState {
  private int pid = (int) ProcessHandle.current().pid();
  private int tgid = pid;
  private String name = "java";
  private int uid;
  private int gid;

  /// Takes what is different. A task whose process is not named is its process's first.
  void change(TaskChange change) {
    change
        .number("pid")
        .ifPresent(number -> {
          pid = number;
          tgid = number;
        });
    change.number("tgid").ifPresent(number -> tgid = number);
    change.number("uid").ifPresent(number -> uid = number);
    change.number("gid").ifPresent(number -> gid = number);
    name = change.values().getOrDefault("comm", name);
  }

  void apply(VirtualKernel kernel) {
    kernel.task(pid, tgid, name, uid, gid);
  }
}
