package org.ebpf4j.program.internal.ir;

/// A member of a structure of the kernel, or the structure or enumerator itself.
///
/// @param type the name of the structure or enumeration
/// @param path the name of the member, with dots where it is inside of others; or of the enumerator
/// @param bytes the size of the member in the program
/// @param signed whether it is a signed number
/// @param pointee the name of the structure that it points to; empty where it is no pointer
public record KernelMember(String type, String path, int bytes, boolean signed, String pointee) {}
