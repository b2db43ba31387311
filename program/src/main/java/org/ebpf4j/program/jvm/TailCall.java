package org.ebpf4j.program.jvm;

/// A program goes on with another one, and does not come back. No program catches it: whoever runs
/// programs does.
public final class TailCall extends Error {
  private static final long serialVersionUID = 1L;

  private final String program;

  /// @param program the name of the method to go on with
  public TailCall(String program) {
    super("a tail call of " + program, null, false, false);
    this.program = program;
  }

  /// The name of the method to go on with.
  public String program() {
    return program;
  }
}
