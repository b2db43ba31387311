package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.result.Finding.Reason;

/// Ends a walk: a rule is broken. It never leaves the verifier.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final int register;
  private final String missing;
  private final String mend;

  /// @param reason which kind of rule
  /// @param register the number of the register that it is about, or −1
  /// @param message what a kernel prints of it
  /// @param missing the check that is missing; may be empty
  /// @param mend what usually mends it; may be empty
  public Refusal(Reason reason, int register, String message, String missing, String mend) {
    super(message, null, false, false);
    this.reason = reason;
    this.register = register;
    this.missing = missing;
    this.mend = mend;
  }

  /// One that has nothing more to say.
  public Refusal(Reason reason, int register, String message) {
    this(reason, register, message, "", "");
  }

  public Reason reason() {
    return reason;
  }

  public int register() {
    return register;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  public String missing() {
    return missing;
  }

  public String mend() {
    return mend;
  }
}
