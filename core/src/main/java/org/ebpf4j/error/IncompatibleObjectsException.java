package org.ebpf4j.error;

/// Object files that cannot become one: what one says of a symbol, section or map contradicts what
/// another says.
public final class IncompatibleObjectsException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String subject;

  /// A contradiction about `subject`; the message is complete as given.
  public IncompatibleObjectsException(String subject, String message) {
    super(message);
    this.subject = subject;
  }

  /// The symbol or section that the files disagree about.
  public String subject() {
    return subject;
  }
}
