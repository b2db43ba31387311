package org.ebpf4j.cli.process;

import org.ebpf4j.error.BpfException;

/// A signal ended a command before it was done.
public final class EndedException extends BpfException {
  private static final long serialVersionUID = 1L;

  /// @param message what was not done
  public EndedException(String message) {
    super(message);
  }
}
