package org.ebpf4j.btf;

/// Which BTF function starts at an instruction.
///
/// @param slot the instruction, in 8-byte slots from the start of what the record belongs to
/// @param type the id of the function in BTF
public record FunctionInfo(int slot, int type) {}
