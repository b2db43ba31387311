package org.ebpf4j.object;

/// An instruction that waits for CO-RE relocation.
///
/// @param slot the instruction, in 8-byte slots from the start of the program
/// @param relocation which of the object's relocations it is
public record CoreSite(int slot, int relocation) {}
