package org.ebpf4j.object;

/// A global variable of an object: where it stands in the map of its section; for one of an arena,
/// among the variables of the arena.
///
/// @param name the name, as in C
/// @param map the map of its section, such as `.rodata`, or the arena
/// @param offset bytes from the start of the section
/// @param size its bytes
/// @param type its BTF type in the object's types
/// @param constant whether only reading is allowed once it is loaded
public record Variable(String name, String map, int offset, int size, int type, boolean constant) {}
