package org.ebpf4j.object;

import java.util.Map;
import java.util.TreeMap;

/// What a `struct_ops` map is filled with: a variable of a struct of functions that the kernel is
/// to call.
///
/// @param type the BTF type of the variable, a struct, in the object's types
/// @param content the bytes of the variable; its pointers are zero
/// @param programs the names of the programs that its members point to, by index of the member
public record StructOps(int type, Bytes content, Map<Integer, String> programs) {
  public StructOps {
    programs = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(programs));
  }
}
