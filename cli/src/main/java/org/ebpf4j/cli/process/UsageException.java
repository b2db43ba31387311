package org.ebpf4j.cli.process;

import java.io.Serial;

/// Words of the command line that make no command, seen only when it is run. The message says what
/// is wrong, in a line.
public final class UsageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
