package org.ebpf4j.elf;

/// One symbol of an ELF file.
///
/// @param index its place in the symbol table
/// @param name its name; section symbols have none
/// @param value bytes from the start of its section
/// @param size its size in bytes
/// @param binding local (0), global (1) or weak (2)
/// @param type nothing (0), object (1), function (2), section (3) or file (4)
/// @param visibility default (0), internal (1), hidden (2) or protected (3)
/// @param section the index of its section; 0 where it is not defined in this file
public record Symbol(
    int index,
    String name,
    long value,
    long size,
    int binding,
    int type,
    int visibility,
    int section) {
  public static final int LOCAL = 0;
  public static final int GLOBAL = 1;
  public static final int WEAK = 2;
  public static final int NONE = 0;
  public static final int OBJECT = 1;
  public static final int FUNCTION = 2;
  public static final int SECTION = 3;
  public static final int INTERNAL = 1;
  public static final int HIDDEN = 2;

  /// Whether other objects may not see it, though it is not local.
  public boolean hidden() {
    return visibility == HIDDEN || visibility == INTERNAL;
  }
}
