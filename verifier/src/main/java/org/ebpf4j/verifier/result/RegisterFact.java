package org.ebpf4j.verifier.result;

import java.util.Optional;

/// What is known of a register on every path to one instruction.
///
/// @param kind what it is; [Kind#MIXED] where paths differ
/// @param nullable whether it may be null instead
/// @param map the map that it points to or into, where it is the same on all paths
/// @param offset the fixed part of a pointer's offset, where [#fixed] says so
/// @param fixed whether that part is the same on all paths
/// @param exact whether the numbers below hold on every path; else nothing is known of them
/// @param smin the least value (of a pointer: of the variable part of its offset), signed
/// @param smax the greatest, signed
/// @param umin the least, unsigned
/// @param umax the greatest, unsigned
/// @param tnumValue the bits that are known to be 1
/// @param tnumMask the bits that are not known
/// @param frame of a stack pointer, the frame, 0 for the program's own
public record RegisterFact(
    Kind kind,
    boolean nullable,
    Optional<String> map,
    int offset,
    boolean fixed,
    boolean exact,
    long smin,
    long smax,
    long umin,
    long umax,
    long tnumValue,
    long tnumMask,
    int frame) {
  /// What a register can be.
  public enum Kind {
    SCALAR,
    CONTEXT,
    MAP,
    MAP_VALUE,
    MAP_KEY,
    STACK,
    PACKET,
    PACKET_META,
    PACKET_END,
    FLOW_KEYS,
    SOCKET,
    TP_BUFFER,
    XDP_SOCKET,
    BTF_OBJECT,
    MEMORY,
    BUFFER,
    FUNCTION,
    DYNPTR,
    ARENA,
    INSTRUCTION,
    /// Of different kinds on different paths.
    MIXED
  }
}
