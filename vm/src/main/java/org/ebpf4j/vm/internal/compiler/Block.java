package org.ebpf4j.vm.internal.compiler;

/// Instructions that are executed one after the other.
///
/// @param index its number among those of its function, in the order of the program
/// @param start the first instruction
/// @param last the last one
/// @param next the block that follows; -1 where none does
/// @param target the block that its last instruction may jump to; -1 where it does not
record Block(int index, int start, int last, int next, int target) {}
