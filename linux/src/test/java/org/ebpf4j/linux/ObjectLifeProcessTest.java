package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// The row on the end of a process of the table "The life of an eBPF object" of DESIGN.md: a JVM
/// that ends, and one that is killed.
@KernelTest
class ObjectLifeProcessTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  void freesEverythingOfJvmThatEndsWithoutClosing() {
    try (var child = ChildJvm.start("hold")) {
      var held = child.line("held ");
      child.line("ready");
      assertThat(Alive.isProgram(ChildJvm.number(held, "program"))).isTrue();
      assertThat(Alive.isMap(ChildJvm.number(held, "map"))).isTrue();
      assertThat(Alive.isLink(ChildJvm.number(held, "link"))).isTrue();
      assertThat(child.release()).isZero();
      Alive.expectLinkGone(ChildJvm.number(held, "link"));
      Alive.expectProgramGone(ChildJvm.number(held, "program"));
      Alive.expectMapGone(ChildJvm.number(held, "map"));
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void freesAllButPinsOfKilledJvm() {
    try (var pins = ScratchPins.create();
        var child = ChildJvm.start("hold", pins.directory().toString())) {
      var held = child.line("held ");
      var attached = child.line("attached ");
      var pinned = child.line("pinned ");
      child.line("ready");
      assertThat(Alive.isProgram(ChildJvm.number(held, "program"))).isTrue();
      child.kill();
      Alive.expectLinkGone(ChildJvm.number(held, "link"));
      Alive.expectProgramGone(ChildJvm.number(held, "program"));
      Alive.expectMapGone(ChildJvm.number(held, "map"));

      assertThat(Alive.isLink(ChildJvm.number(attached, "link"))).isTrue();
      assertThat(Alive.isProgram(ChildJvm.number(attached, "program"))).isTrue();
      try (var hits = kernel.openMap(ChildJvm.number(attached, "map"))) {
        Renames.watch(hits);
        Renames.expectCounted(hits);
      }
      try (var program = kernel.openProgram(pins.at("program"));
          var map = kernel.openMap(pins.at("map"))) {
        assertThat(program.id()).isEqualTo(ChildJvm.number(pinned, "program"));
        assertThat(map.id()).isEqualTo(ChildJvm.number(pinned, "map"));
      }

      for (var name : List.of("link", "program", "map")) {
        ScratchPins.unpin(pins.at(name));
      }
      Alive.expectLinkGone(ChildJvm.number(attached, "link"));
      Alive.expectProgramGone(ChildJvm.number(attached, "program"));
      Alive.expectMapGone(ChildJvm.number(attached, "map"));
      Alive.expectProgramGone(ChildJvm.number(pinned, "program"));
      Alive.expectMapGone(ChildJvm.number(pinned, "map"));
    }
  }
}
