package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGeneratorFactory;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.load.ConfigValue;
import org.ebpf4j.load.KernelStructOps;
import org.ebpf4j.relocation.CoreRelocator;
import org.ebpf4j.relocation.TargetTypes;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Whatever is wrong with a file, reading it gives a value or an error of this library: no other
/// exception, no overflow of the stack, no exhausted memory.
///
/// Case `i` is made from seed + i, so one failing case is replayed by its own seed and one case.
/// `-Debpf4j.fuzz.cases=200000` makes a long run.
final class DamagedObjectsTest {
  private static final int TYPES_TRIED = 100;

  private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime());
  private final int cases = Integer.getInteger("ebpf4j.fuzz.cases", 3_000);
  private final TreeMap<String, Integer> outcomes = new TreeMap<>();

  private static String replay(long seed, int cases) {
    return "replay: mvn -pl core -am test -Dtest=DamagedObjectsTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Debpf4j.seed="
        + seed
        + " -Debpf4j.fuzz.cases="
        + cases;
  }

  /// Every object of the examples and of the tests.
  private static List<Path> objects() throws IOException {
    var root = TestObjects.example("hello/hello.bpf.o").resolve("../../..").normalize();
    var objects = new ArrayList<Path>();
    for (var folder : List.of("examples", "testkit/src/main/resources/bpf")) {
      try (var files = Files.walk(root.resolve(folder))) {
        files.filter(f -> f.toString().endsWith(".bpf.o")).sorted().forEach(objects::add);
      }
    }
    return objects;
  }

  @Test
  void readingADamagedObjectGivesAValueOrAnErrorOfThisLibrary() throws IOException {
    System.out.println(replay(seed, cases));
    var damages = new ArrayList<ObjectDamage>();
    for (var file : objects()) {
      damages.add(new ObjectDamage(Files.readAllBytes(file)));
    }
    assertThat(damages).hasSizeGreaterThan(10);
    for (int i = 0; i < cases; i++) {
      // Neighbouring seeds give unrelated numbers: the generator mixes its seed.
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
      var bytes = damages.get(random.nextInt(damages.size())).damaged(random);
      try {
        outcomes.merge(tryToRead(bytes), 1, Integer::sum);
      } catch (Throwable e) {
        throw new AssertionError(e + "; " + replay(seed + i, 1), e);
      }
    }
    System.out.println("DamagedObjectsTest: " + outcomes);
    if (cases >= 1_000) {
      assertThat(outcomes)
          .as("the damage is neither deadly nor harmless")
          .containsKeys("a value", "MalformedObjectException", "RelocationException");
    }
  }

  private static String tryToRead(byte[] bytes) {
    try {
      use(ObjectSpec.read("damaged.o", bytes));
      return "a value";
    } catch (MalformedObjectException e) {
      assertThat(e.file()).isEqualTo("damaged.o");
      assertThat(e.getMessage()).startsWith("damaged.o, ").contains("offset 0x");
      return e.getClass().getSimpleName();
    } catch (RelocationException | NotFoundException e) {
      return e.getClass().getSimpleName();
    }
  }

  /// Does what a loader does with a value: it must not fail then either.
  private static void use(ObjectSpec spec) {
    assertThat(spec.maps())
        .allSatisfy(map -> {
          assertThat(map.keySize()).isNotNegative();
          assertThat(map.typeLabel()).isNotEmpty();
        });
    for (var program : spec.programs()) {
      var size = program.instructions().size();
      program.instructions().forEach((_, instruction) -> Disassembler.text(instruction));
      assertThat(program.mapReferences()).allMatch(r -> r.slot() + 1 < size);
      assertThat(program.subprograms()).allMatch(s -> s.slot() < size);
      assertThat(program.lines()).allMatch(l -> l.slot() < size);
      program.line(size / 2);
    }
    spec.types().ifPresent(DamagedObjectsTest::types);
    spec.types().ifPresent(types -> fit(spec, types));
  }

  /// Fits the object to a kernel whose types are the object's own, damaged as they are.
  private static void fit(ObjectSpec spec, Btf types) {
    attempt(spec::variables);
    for (var map : spec.maps()) {
      map.structOps()
          .ifPresent(ops ->
              attempt(() ->
                  KernelStructOps.of(
                      map.name(), types, ops, types, types.name(ops.type()), ops.type())));
    }
    for (var extern : spec.externs()) {
      if (extern instanceof Extern.Config config) {
        for (var text : List.of("y", "m", "42", "0x7fffffffffffffff", "\"text\"")) {
          attempt(() -> ConfigValue.ofText(config, text, spec.order()));
        }
      }
    }
    var relocator =
        new CoreRelocator(
            types,
            spec.order(),
            new TargetTypes() {
              @Override
              public Btf kernel() {
                return types;
              }

              @Override
              public List<Btf> modules() {
                return List.of();
              }
            });
    for (var program : spec.programs()) {
      var slots = program.instructions().toSlots();
      for (var site : program.coreRelocations()) {
        var relocation = spec.relocations().get(site.relocation()).relocation();
        attempt(() ->
            relocator.resolve(relocation, () -> "here").apply(slots, site.slot(), () -> "here"));
      }
    }
  }

  /// Errors of this library are all that may come.
  private static void attempt(Runnable step) {
    try {
      step.run();
    } catch (BpfException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  private static void types(Btf btf) {
    for (int id = 0; id < Math.min(btf.typeCount(), TYPES_TRIED); id++) {
      try {
        btf.type(id);
        assertThat(btf.size(id)).isNotNegative();
      } catch (BpfException e) {
        assertThat(e).isInstanceOf(MalformedObjectException.class);
      }
    }
  }
}
