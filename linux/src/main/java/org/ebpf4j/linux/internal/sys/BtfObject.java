package org.ebpf4j.linux.internal.sys;

/// What the kernel says of BTF that it holds (`struct bpf_btf_info`).
///
/// @param errno 0, or the error number, and then the rest is nothing
/// @param id its id
/// @param size how many bytes it has
/// @param name `vmlinux`, the name of a module, or empty where a program brought it
/// @param kernel whether it is that of the kernel or of a module
public record BtfObject(int errno, int id, int size, String name, boolean kernel) {}
