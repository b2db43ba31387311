package org.ebpf4j.vm;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.vm.internal.helper.Task;
import org.ebpf4j.vm.memory.MemoryObject;

/// A task that programs run in ([VirtualKernel#task(VirtualTask)]). A value.
///
/// @param pid the id of the thread, which the kernel calls pid
/// @param tgid the id of the process, which users call pid
/// @param name its name (`comm`), of which 15 bytes count
/// @param cgroups the ids of the cgroups that it is in, from the root's to its own; one at least
/// @param kernelStack the addresses of its frames in the kernel, the innermost first, for
///   `bpf_get_stack` and its like; `-EFAULT` where there are none
/// @param userStack the same in the process
/// @param object its `struct task_struct`; where there is none, one is made of the other values
///   when a program asks for it
public record VirtualTask(
    int pid,
    int tgid,
    String name,
    int uid,
    int gid,
    List<Long> cgroups,
    List<Long> kernelStack,
    List<Long> userStack,
    Optional<MemoryObject> object) {
  /// Copies what can change.
  ///
  /// @throws IllegalArgumentException where there is no cgroup
  public VirtualTask {
    cgroups = List.copyOf(cgroups);
    kernelStack = List.copyOf(kernelStack);
    userStack = List.copyOf(userStack);
    if (cgroups.isEmpty()) {
      throw new IllegalArgumentException(
          "a task in no cgroup: every task is in the root's, at least");
    }
  }

  /// A task of root's in the root's cgroup, whose id is 1.
  public static VirtualTask of(int pid, int tgid, String name) {
    return new VirtualTask(
        pid, tgid, name, 0, 0, List.of(1L), List.of(), List.of(), Optional.empty());
  }

  /// A task that is an object in memory: its ids and its name are what `pid`, `tgid`, `comm` and
  /// `cred` of the object say now. Without a `tgid` of its own, that is its `pid`.
  ///
  /// @param object a `struct task_struct`
  public static VirtualTask of(MemoryObject object) {
    var pid = number(object, "pid");
    var tgid = number(object, "tgid");
    return new VirtualTask(
        pid,
        tgid == 0 ? pid : tgid,
        object.has("comm") ? object.text("comm") : "",
        id(object, "uid"),
        id(object, "gid"),
        List.of(1L),
        List.of(),
        List.of(),
        Optional.of(object));
  }

  private static int number(MemoryObject object, String path) {
    return object.has(path) ? (int) object.number(path) : 0;
  }

  private static int id(MemoryObject object, String member) {
    if (!object.has("cred") || object.number("cred") == 0) {
      return 0;
    }
    return number(object.follow("cred"), member);
  }

  /// The same of another user.
  public VirtualTask withUser(int otherUid, int otherGid) {
    return new VirtualTask(
        pid, tgid, name, otherUid, otherGid, cgroups, kernelStack, userStack, object);
  }

  /// The same in other cgroups.
  ///
  /// @param ids the ids from the root's to its own
  public VirtualTask withCgroups(Long... ids) {
    return new VirtualTask(pid, tgid, name, uid, gid, List.of(ids), kernelStack, userStack, object);
  }

  /// The same with other stacks.
  ///
  /// @param kernel the addresses of frames in the kernel, the innermost first
  /// @param user the same in the process
  public VirtualTask withStacks(List<Long> kernel, List<Long> user) {
    return new VirtualTask(pid, tgid, name, uid, gid, cgroups, kernel, user, object);
  }

  /// The same with an object in memory.
  public VirtualTask withObject(MemoryObject struct) {
    return new VirtualTask(
        pid, tgid, name, uid, gid, cgroups, kernelStack, userStack, Optional.of(struct));
  }

  Task task() {
    return new Task(
        pid,
        tgid,
        name,
        uid,
        gid,
        cgroups,
        kernelStack,
        userStack,
        object.map(MemoryObject::address).orElse(0L));
  }
}
