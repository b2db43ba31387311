package org.ebpf4j.linux.inspect;

/// What the kernel says of BTF that it holds (`struct bpf_btf_info`), without the types themselves.
///
/// @param id its id
/// @param name `vmlinux`, the name of a module, or empty where a program brought it, or where the
///   kernel does not say (before 5.11)
/// @param kernel whether it is that of the kernel or of a module
/// @param size how many bytes it has
public record BtfInfo(int id, String name, boolean kernel, int size) {}
