package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.Errno;

/// What the kernel says of a descriptor of a process that a program is attached through
/// (`TASK_FD_QUERY`): a perf event, or a raw tracepoint.
///
/// @param errno 0, or why there is no answer: `ENOENT` where no program is attached, `EOPNOTSUPP`
///   where the event is a counter with a program, of which the kernel says no more; `EINVAL` or
///   `ENOTSUPP` (524) for a descriptor of another kind
/// @param program the id of the program
/// @param kind what it is on (`enum bpf_task_fd_type`)
/// @param name the tracepoint, the function or the file; may be empty
/// @param offset where in the function or file
/// @param address the address, where there is no function to name
public record TaskDescriptor(
    int errno, int program, int kind, String name, long offset, long address) {
  private static final int TASK_FD_QUERY = 20;
  private static final int NAME_SIZE = 4096;

  /// Asks of a descriptor of a process.
  public static TaskDescriptor of(int process, int descriptor) {
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocate(NAME_SIZE);
      var attr =
          new Attr(arena, 48)
              .u32(0, process)
              .u32(4, descriptor)
              .u32(12, NAME_SIZE)
              .pointer(16, name);
      var result = attr.bpf(TASK_FD_QUERY);
      if (result < 0 && result != -Errno.ENOSPC) {
        return new TaskDescriptor((int) -result, 0, 0, "", 0, 0);
      }
      return new TaskDescriptor(
          0,
          attr.u32(24),
          attr.u32(28),
          name.getString(0, StandardCharsets.UTF_8),
          attr.u64(32),
          attr.u64(40));
    }
  }
}
