package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectDamage;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Damaged objects that can still be read, fitted to kernels with the objects' own damaged types:
/// what comes of it is a value or an error of this library.
final class DamagedFittingTest {
  private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime());
  private final int cases = Integer.getInteger("ebpf4j.fuzz.cases", 1_500);
  private final Map<String, Integer> outcomes = new TreeMap<>();

  private static String replay(long seed, int cases) {
    return "replay: mvn -pl core -am test -Dtest=DamagedFittingTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Debpf4j.seed="
        + seed
        + " -Debpf4j.fuzz.cases="
        + cases;
  }

  /// The facts of a kernel whose types are those of the object, and which has whatever it wants.
  private record OwnFacts(
      ObjectSpec object,
      Btf types,
      List<ModuleTypes> modules,
      Set<KernelFeature> missing,
      String text)
      implements SomeKernel {
    static OwnFacts of(ObjectSpec spec, Btf types, RandomGenerator random) {
      var missing =
          Arrays.stream(KernelFeature.values())
              .filter(_ -> random.nextInt(4) == 0)
              .collect(Collectors.toSet());
      var values = List.of("y", "m", "42", "0x7fffffffffffffff", "\"text\"");
      var modules =
          random.nextBoolean() ? List.of(new ModuleTypes("own", types)) : List.<ModuleTypes>of();
      var value = values.get(random.nextInt(values.size()));
      return new OwnFacts(spec, types, modules, missing, value);
    }

    @Override
    public Map<String, Long> addresses(Set<String> names) {
      return names.stream().collect(Collectors.toMap(n -> n, n -> 1L + n.hashCode()));
    }

    @Override
    public KernelConfig config() {
      return allOf(text);
    }

    @Override
    public boolean has(KernelFeature feature) {
      return !missing.contains(feature);
    }
  }

  private static List<Path> objects() throws IOException {
    var folder =
        TestObjects.example("hello/hello.bpf.o")
            .resolve("../../../testkit/src/main/resources/bpf")
            .normalize();
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".bpf.o")).sorted().toList();
    }
  }

  @Test
  void fittingADamagedObjectGivesAValueOrAnErrorOfThisLibrary() throws IOException {
    System.out.println(replay(seed, cases));
    var damages = new ArrayList<ObjectDamage>();
    for (var file : objects()) {
      damages.add(new ObjectDamage(Files.readAllBytes(file)));
    }
    assertThat(damages).hasSizeGreaterThan(10);
    for (int i = 0; i < cases; i++) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
      var bytes = damages.get(random.nextInt(damages.size())).damaged(random);
      try {
        outcomes.merge(tryToFit(bytes, random), 1, Integer::sum);
      } catch (Throwable e) {
        throw new AssertionError(e + "; " + replay(seed + i, 1), e);
      }
    }
    System.out.println("DamagedFittingTest: " + outcomes);
    if (cases >= 1_000) {
      assertThat(outcomes).containsKeys("unreadable", "fitted");
    }
  }

  private static String tryToFit(byte[] bytes, RandomGenerator random) {
    ObjectSpec spec;
    try {
      spec = ObjectSpec.read("damaged.o", bytes).withEachProgram(p -> p.withAutoload(true));
    } catch (BpfException _) {
      return "unreadable";
    }
    if (spec.types().isEmpty()) {
      return "without types";
    }
    var facts = OwnFacts.of(spec, spec.types().get(), random);
    try {
      var object = FittedObject.of(spec, facts, FitOptions.NONE);
      use(object, facts);
      return object.failures().isEmpty() ? "fitted" : "fitted in part";
    } catch (BpfException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return e.getClass().getSimpleName();
    }
  }

  /// Does what a loader does with it.
  private static void use(FittedObject object, KernelFacts facts) {
    for (var program : object.programs()) {
      var size = program.instructions().size();
      assertThat(size).isEqualTo(program.program().instructions().size());
      assertThat(program.configSlots()).allMatch(slot -> slot + 1 < size);
      assertThat(program.moduleSlots().keySet()).allMatch(slot -> slot + 1 < size);
    }
    for (var map : object.spec().maps()) {
      MapFitting.entries(map, facts);
      MapFitting.flags(map, facts);
      if (map.name().equals(".kconfig")) {
        object.config(map.valueSize());
      }
    }
    object.structOps().values().forEach(ops -> assertThat(ops.layout().value(_ -> 7)).isNotEmpty());
  }
}
