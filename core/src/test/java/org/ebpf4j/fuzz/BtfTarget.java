package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.text.BtfListing;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// `Btf.read`, and what can be done with types: decoding, sizes, names, lists, C.
public final class BtfTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    return Seeds.types();
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
          var types = it.value(() -> Btf.read("fuzz", bytes));
          for (int id = 0; id < types.typeCount(); id++) {
            var each = id;
            it.attempt(() -> types.type(each));
            it.attempt(() -> types.resolve(each));
            it.attempt(() -> types.size(each));
            it.attempt(() -> types.alignment(each));
          }
          it.attempt(() -> types.ids(types.name(types.typeCount() - 1)));
          it.attempt(() -> BtfBuilder.copyOf(types).toBytes());
          it.attempt(() -> BtfListing.writeAll(types, FuzzCase.NOWHERE));
          it.attempt(() -> new CDeclarations(types).writeAll(FuzzCase.NOWHERE));
          it.attempt(() -> new CDeclarations(types).writeHeader(FuzzCase.NOWHERE));
        });
  }
}
