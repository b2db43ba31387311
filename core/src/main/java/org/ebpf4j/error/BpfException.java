package org.ebpf4j.error;

import org.jspecify.annotations.Nullable;

/// The root of everything this library throws. Its message says what was done, on what, why it
/// failed and, where there is something, what to try. All of the family are unchecked and never
/// change.
public class BpfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// An error with a message for the person who reads it.
  public BpfException(String message) {
    super(message);
  }

  /// An error with a message and what caused it.
  public BpfException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
