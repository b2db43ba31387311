package org.ebpf4j.codec;

/// A part that does not fit, on its way to the table that shows it.
final class Misfit extends Exception {
  private static final long serialVersionUID = 1L;

  Misfit(String problem) {
    super(problem, null, false, false);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
