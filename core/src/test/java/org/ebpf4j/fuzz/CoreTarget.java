package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.relocation.CoreRelocator;
import org.ebpf4j.relocation.MinimalTypes;
import org.ebpf4j.relocation.TargetTypes;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.ObjectDamage;
import org.ebpf4j.testkit.fuzz.Seeds;

/// CO-RE: the relocations of an object on its own types and on others, and what they keep of those.
public final class CoreTarget implements FuzzTarget {
  private static final Btf OTHER =
      Btf.read("other", new ObjectDamage(TestObjects.bytes("core_re_other")).types());

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
          var object = it.value(() -> ObjectSpec.read("fuzz", bytes));
          if (object.types().isEmpty()) {
            return;
          }
          for (var target : List.of(object.types().get(), OTHER)) {
            it.attempt(() -> keep(object, target));
            it.attempt(() -> write(object, target));
          }
        });
  }

  private static CoreRelocator relocator(ObjectSpec object, Btf target) {
    return new CoreRelocator(
        object.types().orElseThrow(),
        object.order(),
        new TargetTypes() {
          @Override
          public Btf kernel() {
            return target;
          }

          @Override
          public List<Btf> modules() {
            return List.of();
          }
        });
  }

  private static void keep(ObjectSpec object, Btf target) {
    var relocator = relocator(object, target);
    var minimal = new MinimalTypes(target);
    for (var each : object.relocations()) {
      try {
        minimal.add(relocator.resolve(each.relocation(), () -> "here"));
      } catch (BpfException _) {
        // Others of the object are resolved all the same.
      }
    }
    minimal.build();
  }

  private static void write(ObjectSpec object, Btf target) {
    var relocator = relocator(object, target);
    for (var program : object.programs()) {
      var slots = program.instructions().toSlots();
      for (var site : program.coreRelocations()) {
        var relocation = object.relocations().get(site.relocation()).relocation();
        try {
          relocator.resolve(relocation, () -> "here").apply(slots, site.slot(), () -> "here");
        } catch (BpfException _) {
          // Others of the program are resolved all the same.
        }
      }
    }
  }
}
