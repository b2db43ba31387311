package org.ebpf4j.load;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.ObjectDamage;
import org.ebpf4j.testkit.fuzz.Seeds;

/// Fitting an object to a kernel: one that has the object's own types, and one that has others and
/// nothing else.
public final class FittingTarget implements FuzzTarget {
  private static final Btf OTHER =
      Btf.read("other", new ObjectDamage(TestObjects.bytes("core_re_other")).types());

  /// The target.
  public FittingTarget() {}

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
          object.types().ifPresent(own -> it.attempt(() -> fit(new Facts(object, own, true))));
          it.attempt(() -> fit(new Facts(object, OTHER, false)));
        });
  }

  private static void fit(Facts facts) {
    FittedObject.of(facts.object(), facts, FitOptions.NONE);
  }

  /// @param rich whether it has a module, symbols, configuration and features
  private record Facts(ObjectSpec object, Btf types, boolean rich) implements SomeKernel {
    @Override
    public List<ModuleTypes> modules() {
      return rich ? List.of(new ModuleTypes("own", types)) : List.of();
    }

    @Override
    public Map<String, Long> addresses(Set<String> names) {
      return rich
          ? names.stream().collect(Collectors.toMap(n -> n, n -> 1L + n.length()))
          : Map.of();
    }

    @Override
    public KernelConfig config() {
      return rich ? allOf("42") : nothing();
    }

    @Override
    public boolean has(KernelFeature feature) {
      return rich;
    }
  }
}
