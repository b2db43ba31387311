package org.ebpf4j.binary;

/// The header of a section of a program file.
///
/// @param name its name
/// @param type `sh_type`
/// @param address where it is when the program runs; 0 where it is not
/// @param offset its first byte in the file
/// @param size its bytes
/// @param link `sh_link`: the section that its names are in, where it has names
/// @param info `sh_info`
public record BinarySection(
    String name, int type, long address, long offset, long size, int link, int info) {}
