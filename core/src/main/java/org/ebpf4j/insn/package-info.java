/// Instructions: bytes to model and back, the assembler, and the disassembler in the kernel's
/// notation.
///
/// A program is an [Instructions][org.ebpf4j.insn.Instructions]: a sequence of 8-byte slots. A slot
/// as a number is a `long` read by [Slot][org.ebpf4j.insn.Slot]; its meaning is an
/// [Instruction][org.ebpf4j.insn.Instruction]. Decoding never fails and loses nothing: what is not
/// a well-formed instruction is kept as it stands.
@NullMarked
package org.ebpf4j.insn;

import org.jspecify.annotations.NullMarked;
