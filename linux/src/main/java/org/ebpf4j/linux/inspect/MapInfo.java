package org.ebpf4j.linux.inspect;

/// What the kernel says of a map (`struct bpf_map_info`).
///
/// @param id its id
/// @param type the number of its type
/// @param keySize bytes in a key
/// @param valueSize bytes in a value, of one CPU for per-CPU maps
/// @param maxEntries how many entries it can hold
/// @param flags `BPF_F_*` it was created with
/// @param name its name, at most 15 bytes
public record MapInfo(
    int id, int type, int keySize, int valueSize, long maxEntries, int flags, String name) {}
