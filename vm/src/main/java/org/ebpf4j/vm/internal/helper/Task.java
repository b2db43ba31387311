package org.ebpf4j.vm.internal.helper;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The task that programs run in.
///
/// @param pid the id of the thread, which the kernel calls pid
/// @param tgid the id of the process
/// @param name its name (`comm`), of which 15 bytes count
public record Task(int pid, int tgid, String name, int uid, int gid, long cgroup) {
  /// The bytes of a name, its end included (`TASK_COMM_LEN`).
  static final int NAME_SIZE = 16;

  /// The name in `size` bytes, with zeroes behind it.
  byte[] comm(int size) {
    var text = name.getBytes(StandardCharsets.UTF_8);
    var length = Math.min(text.length, Math.min(size, NAME_SIZE) - 1);
    return Arrays.copyOf(Arrays.copyOf(text, Math.max(length, 0)), size);
  }
}
