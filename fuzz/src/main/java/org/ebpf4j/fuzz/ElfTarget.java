package org.ebpf4j.fuzz;

import org.ebpf4j.elf.ElfFile;

/// `ElfFile.read`, and the relocations of each section.
public final class ElfTarget {
  private ElfTarget() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    Case.read(() -> {
      var file = ElfFile.read("fuzz", bytes);
      for (var section : file.sections()) {
        Case.attempt(() -> file.relocations(section));
      }
    });
  }
}
