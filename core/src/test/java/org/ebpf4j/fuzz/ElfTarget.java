package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// `ElfFile.read`, and the relocations of each section.
public final class ElfTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    return Seeds.objects();
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var file = it.value(() -> ElfFile.read("fuzz", bytes));
          for (var section : file.sections()) {
            it.attempt(() -> file.relocations(section));
          }
        });
  }
}
