package org.ebpf4j.linux.inspect;

import java.util.Locale;
import java.util.Optional;

/// A descriptor of a process by which a program is attached: a perf event, or the link of a raw
/// tracepoint. Before 5.15 this is all that there is to see of programs on perf events.
///
/// @param process the process
/// @param command its name
/// @param descriptor the number of its descriptor
/// @param programId the id of the program; 0 where the kernel does not say, as of programs that
///   counters run
/// @param kind what the program is on
/// @param name the tracepoint, the function of the kernel, or the file; empty where there is none
/// @param offset where in the function or the file, in bytes
/// @param address where in the kernel, for a probe that is at no function; else 0
public record PerfAttachment(
    int process,
    String command,
    int descriptor,
    int programId,
    Kind kind,
    String name,
    long offset,
    long address) {
  /// What a program is on (`enum bpf_task_fd_type`).
  public enum Kind {
    RAW_TRACEPOINT,
    TRACEPOINT,
    KPROBE,
    KRETPROBE,
    UPROBE,
    URETPROBE,
    /// A counter, of whose program the kernel says no more than that there is one.
    COUNTER;

    /// The name in lower case, such as `raw_tracepoint`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The one that the kernel has that number for; empty for one that this library does not know.
    public static Optional<Kind> of(int number) {
      return number >= 0 && number < values().length - 1
          ? Optional.of(values()[number])
          : Optional.empty();
    }
  }

  /// Where the program is, in a few words: `sys_enter_openat`, `/bin/bash+0x1234`.
  public String place() {
    if (kind == Kind.COUNTER) {
      return "";
    }
    return name.isEmpty()
        ? "0x" + Long.toHexString(address)
        : offset == 0 ? name : name + "+0x" + Long.toHexString(offset);
  }
}
