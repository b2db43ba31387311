package org.ebpf4j;

import org.ebpf4j.btf.Btf;

/// What the keys and values of a map are in C.
///
/// @param types the BTF in which they are
/// @param key the type of the keys, or 0 where it is not known
/// @param value the type of the values, or 0 where it is not known
public record MapLayout(Btf types, int key, int value) {}
