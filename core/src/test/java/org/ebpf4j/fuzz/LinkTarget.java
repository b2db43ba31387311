package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.linker.ObjectLinker;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// Linking: one object alone, before another one and behind it.
public final class LinkTarget implements FuzzTarget {
  private static final ObjectLinker.Input OTHER =
      new ObjectLinker.Input("other.bpf.o", Bytes.of(TestObjects.bytes("link_second")));

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
          var damaged = new ObjectLinker.Input("fuzz.bpf.o", Bytes.of(bytes));
          for (var inputs :
              List.of(List.of(damaged), List.of(damaged, OTHER), List.of(OTHER, damaged))) {
            it.attempt(() -> ElfFile.read("linked", ObjectLinker.link("linked", inputs)));
          }
        });
  }
}
