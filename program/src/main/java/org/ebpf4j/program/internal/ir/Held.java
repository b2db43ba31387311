package org.ebpf4j.program.internal.ir;

/// A reference that has to be given back.
///
/// @param value the reference, or null where it was given back already
/// @param release the helper function that takes it
public record Held(Value value, int release) {}
