package org.ebpf4j.binary;

/// A part of a program file that is mapped when it is run.
///
/// @param offset its first byte in the file
/// @param address where it is mapped: an address, or, in what may be mapped anywhere, bytes from
///   where the file's address 0 goes
/// @param fileSize how many bytes of the file it has
/// @param memorySize how many bytes of memory it takes
/// @param executable whether it holds instructions
public record Segment(
    long offset, long address, long fileSize, long memorySize, boolean executable) {
  /// Whether a byte of the file is mapped at an address.
  boolean holds(long wanted) {
    return Long.compareUnsigned(wanted, address) >= 0
        && Long.compareUnsigned(wanted - address, fileSize) < 0;
  }
}
