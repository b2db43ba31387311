package org.ebpf4j.program.jvm;

/// How the keys and values of a map stand in memory.
///
/// @param key of keys; without a meaning where a map has none
/// @param value of values
public record Types(Shape key, Shape value) {}
