package org.ebpf4j.program.jvm;

/// The task that programs run in.
///
/// @param tgid the id of the process
/// @param pid the id of the thread
/// @param comm its name; 15 bytes of it count
/// @param uid whose it is
/// @param gid of which group
/// @param cgroup the id of its cgroup
public record Task(int tgid, int pid, String comm, int uid, int gid, long cgroup) {
  /// This process, as far as Java knows of it.
  public static Task ofThisProcess() {
    var pid = (int) ProcessHandle.current().pid();
    return new Task(pid, pid, "java", 0, 0, 1);
  }
}
