package org.ebpf4j.object;

/// An instruction (`ld_imm64`) that refers to a map, and gets the map's descriptor when the program
/// is loaded.
///
/// @param slot the instruction, in 8-byte slots from the start of the program
/// @param map the name of the map
/// @param value whether it loads the address of the map's first value (of a variable in it), not
///   the map
/// @param offset bytes from the start of that value
public record MapReference(int slot, String map, boolean value, int offset) {
  /// As people see it: `map[events]`, or `map[.rodata]+16`.
  public String describe() {
    return "map[" + map + "]" + (value ? "+" + offset : "");
  }
}
