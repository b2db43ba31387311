package org.ebpf4j.vm.internal.helper;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The task that programs run in.
///
/// @param pid the id of the thread, which the kernel calls pid
/// @param tgid the id of the process
/// @param name its name (`comm`), of which 15 bytes count
/// @param cgroups the ids of the cgroups that it is in, from the root's to its own
/// @param kernelStack the addresses of its frames in the kernel, the innermost first
/// @param userStack the same in the process
/// @param address where its `struct task_struct` is; 0 where none was given
public record Task(
    int pid,
    int tgid,
    String name,
    int uid,
    int gid,
    List<Long> cgroups,
    List<Long> kernelStack,
    List<Long> userStack,
    long address) {
  /// The bytes of a name, its end included (`TASK_COMM_LEN`).
  static final int NAME_SIZE = 16;

  public Task {
    cgroups = List.copyOf(cgroups);
    kernelStack = List.copyOf(kernelStack);
    userStack = List.copyOf(userStack);
  }

  /// The first task, which is in the root's cgroup.
  public static Task init() {
    return new Task(1, 1, "init", 0, 0, List.of(1L), List.of(), List.of(), 0);
  }

  /// The same cgroups, for another task without an object or stacks.
  public Task of(int otherPid, int otherTgid, String otherName, int otherUid, int otherGid) {
    return new Task(
        otherPid, otherTgid, otherName, otherUid, otherGid, cgroups, List.of(), List.of(), 0);
  }

  /// The id of its cgroup.
  long cgroup() {
    return cgroups.getLast();
  }

  /// The name in `size` bytes, with zeroes behind it.
  public byte[] comm(int size) {
    var text = name.getBytes(StandardCharsets.UTF_8);
    var length = Math.min(text.length, Math.min(size, NAME_SIZE) - 1);
    return Arrays.copyOf(Arrays.copyOf(text, Math.max(length, 0)), size);
  }
}
