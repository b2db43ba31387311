package org.ebpf4j.cli.process;

/// The exit statuses of all commands.
public final class ExitStatus {
  /// It failed, for a reason that has no status of its own.
  public static final int FAILED = 1;

  /// The words are no command.
  public static final int USAGE = 2;

  /// A file, program, map, device or hook is not there, or a file system that is needed is not
  /// mounted.
  public static final int NOT_FOUND = 3;

  /// A privilege is missing.
  public static final int NOT_PERMITTED = 4;

  /// This kernel does not support it.
  public static final int NOT_SUPPORTED = 5;

  /// The verifier rejected a program.
  public static final int REJECTED = 6;

  /// Ctrl-C ended it; what there was by then has been printed.
  public static final int INTERRUPTED = 130;

  private ExitStatus() {}
}
