package org.ebpf4j.linker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.linker.Linking.input;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGeneratorFactory;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectDamage;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Whatever is wrong with a file, linking it gives a file that can be read or an error of this
/// library: no other exception, no overflow of the stack, no exhausted memory.
///
/// Case `i` is made from seed + i, so one failing case is replayed by its own seed and one case.
/// `-Debpf4j.fuzz.cases=200000` makes a long run.
final class DamagedInputTest {
  private static final List<List<String>> PAIRS =
      List.of(
          List.of("link_first", "link_second"),
          List.of("link_second", "link_first"),
          List.of("link_extern_first", "link_extern_second"),
          List.of("link_extern_third", "link_extern_first"),
          List.of("link_big_first", "link_big_second"));

  private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime());
  private final int cases = Integer.getInteger("ebpf4j.fuzz.cases", 1_500);

  private static String replay(long seed, int cases) {
    return "replay: mvn -pl core -am test -Dtest=DamagedInputTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Debpf4j.seed="
        + seed
        + " -Debpf4j.fuzz.cases="
        + cases;
  }

  @Test
  void linkingADamagedObjectGivesAFileOrAnErrorOfThisLibrary() {
    System.out.println(replay(seed, cases));
    var outcomes = new TreeMap<String, Integer>();
    var damages = new ArrayList<ObjectDamage>();
    for (var pair : PAIRS) {
      damages.add(new ObjectDamage(TestObjects.bytes(pair.get(1))));
    }
    for (int i = 0; i < cases; i++) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
      var chosen = random.nextInt(damages.size());
      var bytes = damages.get(chosen).damaged(random);
      var first = input(PAIRS.get(chosen).getFirst());
      try {
        outcomes.merge(tryToLink(List.of(first, input("damaged", bytes))), 1, Integer::sum);
      } catch (Throwable e) {
        throw new AssertionError(e + "; " + replay(seed + i, 1), e);
      }
    }
    System.out.println("DamagedInputTest: " + outcomes);
    if (cases >= 1_000) {
      assertThat(outcomes)
          .as("the damage is neither deadly nor harmless")
          .containsKeys("linked", "MalformedObjectException", "IncompatibleObjectsException");
    }
  }

  private static String tryToLink(List<ObjectLinker.Input> inputs) {
    byte[] linked;
    try {
      linked = ObjectLinker.link("out.o", inputs);
    } catch (BpfException e) {
      assertThat(e.getMessage()).contains("damaged.bpf.o");
      return e.getClass().getSimpleName();
    }
    var file = ElfFile.read("out.o", linked);
    file.sections().forEach(s -> assertThat(file.relocations(s)).isNotNull());
    assertThat(file.section(".BTF")).isPresent();
    return "linked";
  }
}
