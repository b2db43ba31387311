package org.ebpf4j.error;

/// A kernel filesystem that is needed is not mounted where it is looked for. [#command()] mounts
/// it; this library mounts nothing where others see it.
public final class NotMountedException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String filesystem;
  private final String command;

  /// `filesystem` is missing, which `purpose` needs; `command` mounts it.
  public NotMountedException(String filesystem, String purpose, String command) {
    super(
        purpose
            + " needs "
            + filesystem
            + ", which is not mounted here; mount it with: "
            + command);
    this.filesystem = filesystem;
    this.command = command;
  }

  /// `filesystem` is missing, which `purpose` needs, and mounting it for this process alone was
  /// refused with an error number; `command` mounts it.
  public NotMountedException(String filesystem, String purpose, int errno, String command) {
    super(
        purpose
            + " needs "
            + filesystem
            + ", which is not mounted here, and mounting it for this process alone was refused ("
            + Errno.describe(errno)
            + "); mount it as root with: "
            + command);
    this.filesystem = filesystem;
    this.command = command;
  }

  /// The type of the filesystem: `bpf` or `tracefs`.
  public String filesystem() {
    return filesystem;
  }

  /// The shell command that mounts it.
  public String command() {
    return command;
  }
}
