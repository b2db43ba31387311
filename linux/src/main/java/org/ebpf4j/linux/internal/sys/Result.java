package org.ebpf4j.linux.internal.sys;

/// What a call that makes a descriptor gave: the descriptor, or why not.
///
/// @param errno 0, or the error number
public record Result(@org.jspecify.annotations.Nullable Fd descriptor, int errno) {
  static Result of(long result) {
    return result < 0 ? new Result(null, (int) -result) : new Result(Fd.own(result), 0);
  }

  /// Whether there is a descriptor.
  public boolean ok() {
    return errno == 0;
  }

  /// The descriptor.
  ///
  /// @throws IllegalStateException where there is none
  public Fd fd() {
    if (descriptor == null) {
      throw new IllegalStateException("refused with error " + errno);
    }
    return descriptor;
  }
}
