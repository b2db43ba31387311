package org.ebpf4j.insn;

/// A constant in an instruction. A 64-bit operation sign-extends it to 64 bits first.
///
/// @param value the signed 32-bit immediate field
public record Immediate(int value) implements Operand {}
