package org.ebpf4j.cli.virtual;

import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualTask;

/// The task that programs run in.
final class TaskState {
  private int pid = (int) ProcessHandle.current().pid();
  private int tgid = pid;
  private String name = "java";
  private int uid;
  private int gid;
  private String object = "";

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
    object = change.values().getOrDefault("object", object);
  }

  /// Has programs run in it.
  ///
  /// @param objects where its `struct task_struct` is, where it has one
  void apply(VirtualKernel kernel, MemoryObjects objects) {
    var task = VirtualTask.of(pid, tgid, name).withUser(uid, gid);
    kernel.task(object.isEmpty() ? task : task.withObject(objects.named(object)));
  }
}
