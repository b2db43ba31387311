package org.ebpf4j.object;

/// An instruction that refers to something the kernel is to supply: a call, or a load of an address
/// or of a variable (`ld_imm64`).
///
/// @param slot the instruction, in 8-byte slots from the start of the program
/// @param extern which of the object's externs it is
public record ExternReference(int slot, int extern) {}
