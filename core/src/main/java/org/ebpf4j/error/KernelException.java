package org.ebpf4j.error;

/// The kernel refused a call. [#command()] names the call as the kernel's documentation does
/// (`MAP_CREATE`, `perf_event_open`, `setsockopt SO_ATTACH_BPF`).
public class KernelException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String command;
  private final int errno;

  /// The refusal of `command` with `errno`; the message is complete as given.
  public KernelException(String command, int errno, String message) {
    super(message);
    this.command = command;
    this.errno = errno;
  }

  /// The refusal of `command` with `errno`, where nothing more is known: `what: command: ERRNO
  /// (meaning)`.
  public static KernelException of(String what, String command, int errno) {
    return new KernelException(
        command, errno, what + ": " + command + ": " + Errno.describe(errno));
  }

  /// The call that was refused.
  public String command() {
    return command;
  }

  /// The error number that the kernel gave.
  public int errno() {
    return errno;
  }

  /// The name of the error number, such as `EINVAL`.
  public String errnoName() {
    return Errno.name(errno);
  }
}
