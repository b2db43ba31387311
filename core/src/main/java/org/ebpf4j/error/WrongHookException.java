package org.ebpf4j.error;

/// A program was to be attached to a hook that takes no programs of its type. Found by looking: the
/// kernel was not asked.
public final class WrongHookException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String programType;
  private final String hook;

  /// A program of the type that `programType` names, at a hook of the kind that `hook` names; the
  /// message is complete as given.
  public WrongHookException(String programType, String hook, String message) {
    super(message);
    this.programType = programType;
    this.hook = hook;
  }

  /// The type of the program, such as `xdp`.
  public String programType() {
    return programType;
  }

  /// The kind of hook that it does not fit, such as `tracepoint`.
  public String hook() {
    return hook;
  }
}
