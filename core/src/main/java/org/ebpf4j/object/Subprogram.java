package org.ebpf4j.object;

/// A function within the instructions of a program: the program itself, at 0, and those it calls.
///
/// @param name the name of the function
/// @param slot where it starts, in 8-byte slots
public record Subprogram(String name, int slot) {}
