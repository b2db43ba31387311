package org.ebpf4j.relocation;

/// A relocation that must fail the load, while it is not known yet what it is about and where it
/// stands. [CoreRelocator] makes the exception of it that callers see.
final class Unresolvable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  Unresolvable(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
