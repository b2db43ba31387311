package org.ebpf4j.insn;

/// The second operand of arithmetic, a move or a comparison: a register or a constant. It never
/// changes, and any thread may use it.
public sealed interface Operand permits Register, Immediate {}
