package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfDeduplication;
import org.ebpf4j.btf.BtfRelocation;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.ObjectDamage;
import org.ebpf4j.testkit.fuzz.Seeds;

/// What is done with types as a whole: finding those that are the same, and putting a module's
/// types, whose distilled base they are, onto other ones and onto themselves.
public final class TypesTarget implements FuzzTarget {
  /// To how many types a module refers.
  private static final int MOST = 64;

  private static final Btf OTHER =
      Btf.read("other", new ObjectDamage(TestObjects.bytes("core_re_other")).types());

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
          it.attempt(() -> BtfDeduplication.of(types));
          it.attempt(() -> BtfRelocation.relocate(module(types), OTHER));
          it.attempt(() -> BtfRelocation.relocate(module(types), types));
        });
  }

  private static Btf module(Btf base) {
    var module = BtfBuilder.emptySplit(base);
    for (int id = 1; id < Math.min(MOST, base.typeCount()); id++) {
      module.add(new BtfType.Pointer(id));
    }
    return module.build();
  }
}
