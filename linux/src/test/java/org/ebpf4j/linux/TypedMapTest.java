package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// Maps with keys and values of Java types, where they differ from other kernels' or belong to an
/// object with programs; the rest is in [org.ebpf4j.contract.MapContract] and its like.
@KernelTest
class TypedMapTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  void goingFromKeyToKeyEndsWhileTheyComeAndGo() throws Exception {
    // Such a map has no commands on many. What is in it are network devices by index; 1 is lo.
    try (var map =
            kernel
                .createMap(MapSpec.of("devices", MapType.DEVMAP_HASH, 4, 4, 512))
                .as(Integer.class, Integer.class);
        var executor = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < 100; i++) {
        map.update(i, 1);
      }
      assertThat(map.entries().toMap().keySet())
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
      assertThat(map.count()).isEqualTo(100);
      var done = new AtomicBoolean();
      Future<?> churn =
          executor.submit(() -> {
            while (!done.get()) {
              for (int i = 0; i < 100; i++) {
                map.delete(i);
                map.update(i, 1);
              }
            }
          });
      try {
        for (int round = 0; round < 200; round++) {
          var steps = new int[1];
          map.entries().forEach((key, value) -> steps[0]++);
          assertThat(steps[0]).isLessThanOrEqualTo(512);
        }
      } finally {
        done.set(true);
        churn.get();
      }
    }
  }

  record Pair(int left, int right) {}

  @Test
  void recordsAreHeldAgainstTheTypesOfTheObject() {
    try (var object = kernel.load(Run.spec("load_maps"))) {
      var map = object.map("typed").as(Pair.class, Long.class);
      map.update(new Pair(1, 2), 3L);
      assertThat(map.entries().toMap()).isEqualTo(Map.of(new Pair(1, 2), 3L));
      assertThat(object.map("filled_later").maps(Integer.class).keys()).isEmpty();
      var steps = object.map("steps").programs();
      assertThat(steps.get(0)).isEmpty();
      try (var middle = steps.get(1).orElseThrow()) {
        assertThat(middle.id()).isEqualTo(object.program("middle").id());
        steps.set(0, middle);
      }
      try (var first = steps.get(0).orElseThrow()) {
        assertThat(first.id()).isEqualTo(object.program("middle").id());
      }
      assertThat(steps.clear(0)).isTrue();
      assertThat(steps.clear(0)).isFalse();
      assertThat(steps.get(0)).isEmpty();
    }
  }
}
