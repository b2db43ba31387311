package org.ebpf4j.error;

/// A reference in an object file leads nowhere: to a symbol that is not defined, or to something
/// that cannot be patched into the instruction that refers to it.
public final class RelocationException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String symbol;

  /// The reference to `symbol` cannot be resolved; the message is complete as given.
  public RelocationException(String symbol, String message) {
    super(message);
    this.symbol = symbol;
  }

  /// The symbol that was referred to.
  public String symbol() {
    return symbol;
  }
}
