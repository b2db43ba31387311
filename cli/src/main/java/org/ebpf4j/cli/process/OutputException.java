package org.ebpf4j.cli.process;

import java.io.IOException;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// Standard output takes no more. Thrown by whoever prints, so that each command ends.
public final class OutputException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final boolean closed;

  private OutputException(String message, boolean closed, IOException cause) {
    super(message, cause);
    this.closed = closed;
  }

  OutputException(String message) {
    super(message);
    this.closed = false;
  }

  /// That another output than the standard one takes no more.
  public static OutputException of(String output, String reason) {
    return new OutputException(output + ": cannot be written: " + reason);
  }

  static OutputException of(IOException e) {
    var reason = FileError.reason(e);
    return new OutputException(
        "standard output: cannot be written: " + reason, reason.equals("broken pipe"), e);
  }

  /// Whether its reader has gone (as `head` does), who wants to hear nothing of it.
  public boolean isClosed() {
    return closed;
  }
}
