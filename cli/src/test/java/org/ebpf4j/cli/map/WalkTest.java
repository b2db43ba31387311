package org.ebpf4j.cli.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// The way through the entries of a map, and its end before the last of them.
@KernelTest
class WalkTest {
  @Test
  void endsAtASignalAfterTheEntryItIsAt() throws IOException {
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("walked", MapType.ARRAY, 4, 4, 1000))) {
      var content = Content.of(map, true);
      var seen = new int[1];
      try (var walk = Walk.of(1000)) {
        walk.through(
            content,
            (_, _) -> {
              seen[0]++;
              if (seen[0] == 10) {
                walk.end();
              }
              return true;
            });
        assertThat(walk.isOver()).isTrue();
        assertThat(seen[0]).isEqualTo(10);
        walk.through(
            content,
            (_, _) -> {
              seen[0]++;
              return true;
            });
      }
      assertThat(seen[0]).as("nothing is read any more").isEqualTo(10);
    }
  }

  @Test
  void goesToTheEndOrAsFarAsItIsWanted() throws IOException {
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("walked", MapType.ARRAY, 4, 4, 1000))) {
      var content = Content.of(map, true);
      var seen = new int[1];
      try (var walk = Walk.of(1000)) {
        walk.through(content, (_, _) -> ++seen[0] < 7);
        assertThat(seen[0]).isEqualTo(7);
        walk.through(content, (_, _) -> ++seen[0] > 0);
        assertThat(walk.isOver()).isFalse();
      }
      assertThat(seen[0]).isEqualTo(1007);
      assertThat(Cli.run("map", "dump", map.id(), "--limit", "0", "--json").out())
          .isEqualTo("[]\n");
      assertThat(Cli.run("map", "dump", map.id(), "--limit", "3", "--jsonl").out().lines())
          .hasSize(3);
    }
  }
}
