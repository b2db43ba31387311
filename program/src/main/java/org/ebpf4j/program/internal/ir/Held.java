package org.ebpf4j.program.internal.ir;

/// A reference that has to be given back.
///
/// @param value the reference, or null where it was given back already
/// @param release the call that takes it
public record Held(Value value, Operation release) {
  private static final int RINGBUF_DISCARD = 133;

  /// What the call is given.
  Value[] operands() {
    return release.equals(new Operation.HelperCall(RINGBUF_DISCARD))
        ? new Value[] {value.resolve(), Value.constant(ValueKind.INT, 0)}
        : new Value[] {value.resolve()};
  }
}
