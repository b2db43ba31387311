package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Objects with wrong bytes in them, loaded all the same: whatever comes of it, nothing of it stays
/// in the kernel.
///
/// Case `i` is made from seed + i. `-Debpf4j.fuzz.loads=20000` makes a long run.
@KernelTest
final class DamagedLoadTest {
  private static final long MAX_BYTES = 1 << 20;

  private static final List<String> OBJECTS =
      List.of("core_calls", "core_maps", "core_externs", "life_watch", "bad_core", "life_jump");

  private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime());
  private final int cases = Integer.getInteger("ebpf4j.fuzz.loads", 120);

  @Test
  void leavesNothingOfDamagedObjectInKernel() {
    System.out.println(
        "replay: -Dtest=DamagedLoadTest -Debpf4j.seed=" + seed + " -Debpf4j.fuzz.loads=" + cases);
    var outcomes = new TreeMap<String, Integer>();
    try (var kernel = LinuxKernel.open()) {
      for (int i = 0; i < cases; i++) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
        var bytes = damaged(TestObjects.bytes(OBJECTS.get(i % OBJECTS.size())), random);
        outcomes.merge(load(kernel, bytes), 1, Integer::sum);
      }
    }
    System.out.println("DamagedLoadTest: " + outcomes);
    // That no descriptor stays open is seen to after each kernel test.
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(cases);
    if (cases >= 100) {
      assertThat(outcomes).containsKey("loaded").hasSizeGreaterThan(2);
    }
  }

  private static byte[] damaged(byte[] bytes, RandomGenerator random) {
    var count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      bytes[64 + random.nextInt(bytes.length - 64)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static String load(LinuxKernel kernel, byte[] bytes) {
    var options = LoadOptions.DEFAULT.withKeepGoing(true).withConfig("CONFIG_HZ=250\n");
    try {
      var spec = ObjectSpec.read("damaged.o", bytes);
      for (var map : spec.maps()) {
        // The kernel would give a map of many gigabytes what it asks for.
        if ((map.keySize() + (long) map.valueSize() + 8) * map.maxEntries() > MAX_BYTES) {
          return "too large";
        }
        spec = spec.withMap(map.name(), m -> m.withPinByName(false));
      }
      try (var object = kernel.load(spec, options)) {
        return object.failures().isEmpty() ? "loaded" : "loaded in part";
      }
    } catch (BpfException e) {
      return e.getClass().getSimpleName();
    }
  }
}
