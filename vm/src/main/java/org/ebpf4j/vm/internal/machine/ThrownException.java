package org.ebpf4j.vm.internal.machine;

/// An exception of a program, on its way from `bpf_throw` to where the run began.
public final class ThrownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Code code;
  private final long cookie;

  /// @param code the program that threw it
  /// @param cookie what it threw
  public ThrownException(Code code, long cookie) {
    super("an exception of the program", null, false, false);
    this.code = code;
    this.cookie = cookie;
  }

  Code code() {
    return code;
  }

  long cookie() {
    return cookie;
  }
}
