package org.ebpf4j.verifier.internal.state;

/// What a byte of the stack holds.
public final class Slots {
  /// Nothing was stored there.
  public static final byte INVALID = 0;

  /// A part of a register that was stored.
  public static final byte SPILL = 1;

  /// Something, of which nothing is known.
  public static final byte MISC = 2;

  /// Zero.
  public static final byte ZERO = 3;

  /// A part of a dynptr.
  public static final byte DYNPTR = 4;

  /// A part of an iterator.
  public static final byte ITERATOR = 5;

  /// A part of a saved interrupt flag.
  public static final byte IRQ_FLAG = 6;

  /// Bytes of a slot.
  public static final int BYTES = 8;

  private Slots() {}
}
