package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.BpfMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The rows on pins of the table "The life of an eBPF object" of DESIGN.md.
@KernelTest
class ObjectLifePinsTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  private LinuxObject load(String name) {
    return kernel.load(ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name)));
  }

  private LinuxMap map(String name) {
    return kernel.createMap(MapSpec.of(name, MapType.HASH, 4, 8, 4));
  }

  @Test
  @Requires(Facility.BPFFS)
  void keepsMapAliveWhilePinned() {
    try (var pins = ScratchPins.create()) {
      int id;
      try (var map = map("life_map")) {
        id = map.id();
        map.update(Words.u32(1), Words.u64(42), BpfMap.Update.ANY);
        map.pin(pins.at("map"));
      }
      assertThat(Alive.isMap(id)).isTrue();
      try (var opened = kernel.openMap(pins.at("map"))) {
        assertThat(opened.id()).isEqualTo(id);
        assertThat(opened.lookup(Words.u32(1)).map(Words::u64)).contains(42L);
      }
      ScratchPins.unpin(pins.at("map"));
      Alive.expectMapGone(id);
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void keepsProgramAliveWhilePinned() {
    try (var pins = ScratchPins.create()) {
      int id;
      int mapId;
      try (var object = load("life_watch")) {
        id = object.program("life_watch").id();
        mapId = object.map("life_hits").id();
        object.program("life_watch").pin(pins.at("program"));
      }
      assertThat(Alive.isProgram(id)).isTrue();
      assertThat(Alive.isMap(mapId)).isTrue();
      try (var opened = kernel.openProgram(pins.at("program"))) {
        assertThat(opened.id()).isEqualTo(id);
        assertThat(opened.name()).isEqualTo("life_watch");
      }
      ScratchPins.unpin(pins.at("program"));
      Alive.expectProgramGone(id);
      Alive.expectMapGone(mapId);
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void keepsProgramAttachedWhileItsLinkIsPinned() {
    attachedWhilePinned("life_watch");
  }

  @Test
  @Requires({Facility.BPFFS, Facility.TRACEFS})
  @RequiresKernel(value = "5.15", because = "events of the perf subsystem have links since then")
  void keepsProgramOnTracepointAttachedWhileItsLinkIsPinned() {
    attachedWhilePinned("life_event");
  }

  private void attachedWhilePinned(String name) {
    try (var pins = ScratchPins.create()) {
      var object = load(name);
      try (var hits = object.map("life_hits").duplicate()) {
        var programId = object.program(name).id();
        var link = object.program(name).attach();
        var linkId = link.info().getFirst().id();
        link.pin(pins.at("link"));
        link.close();
        object.close();
        Renames.watch(hits);
        Renames.expectCounted(hits);
        assertThat(Alive.isLink(linkId)).isTrue();
        try (var opened = kernel.openLink(pins.at("link"))) {
          assertThat(opened.info().getFirst().id()).isEqualTo(linkId);
          assertThat(opened.programName()).isEqualTo("program " + programId);
          assertThat(opened.attachPoint()).isEmpty();
          ScratchPins.unpin(pins.at("link"));
          // The descriptor that was opened is a reference like any other.
          Renames.expectCounted(hits);
        }
        Alive.expectLinkGone(linkId);
        Alive.expectProgramGone(programId);
        Renames.expectNotCounted(hits);
      }
    }
  }

  @Test
  @Requires({Facility.BPFFS, Facility.TRACEFS})
  void refusesToPinWhatHasNoLink() {
    try (var pins = ScratchPins.create();
        var object = load("life_event");
        var link = object.program("life_event").attach()) {
      if (link.info().isEmpty()) {
        assertThatThrownBy(() -> link.pin(pins.at("link")))
            .hasMessageContaining("the link of 'life_event' to tracepoint/task/task_rename")
            .hasMessageContaining("no link object");
        assertThat(pins.at("link")).doesNotExist();
      } else {
        link.pin(pins.at("link"));
        assertThat(pins.at("link")).exists();
      }
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void saysWhatPinOfAnotherKindIs() {
    try (var pins = ScratchPins.create();
        var object = load("life_watch");
        var link = object.program("life_watch").attach()) {
      var programId = object.program("life_watch").id();
      var mapId = object.map("life_hits").id();
      var linkId = link.info().getFirst().id();
      object.program("life_watch").pin(pins.at("program"));
      object.map("life_hits").pin(pins.at("map"));
      link.pin(pins.at("link"));
      var program = pins.at("program") + " is a program (id " + programId + "), not a ";
      var map = pins.at("map") + " is a map (id " + mapId + "), not a ";
      var linked = pins.at("link") + " is a link (id " + linkId + "), not a ";
      refuses(() -> kernel.openMap(pins.at("program")), program + "map");
      refuses(() -> kernel.openLink(pins.at("program")), program + "link");
      refuses(() -> kernel.openProgram(pins.at("map")), map + "program");
      refuses(() -> kernel.openLink(pins.at("map")), map + "link");
      refuses(() -> kernel.openProgram(pins.at("link")), linked + "program");
      refuses(() -> kernel.openMap(pins.at("link")), linked + "map");
      refuses(() -> kernel.openMap(pins.at("none")), "no pin at " + pins.at("none"));
    }
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(BpfException.class).hasMessageStartingWith(message);
  }

  @Test
  @Requires(Facility.BPFFS)
  void saysThatOtherFilesAreNoPins() throws IOException {
    try (var pins = ScratchPins.create()) {
      assertThatThrownBy(() -> kernel.openMap(pins.directory()))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining(pins.directory() + " is a directory, not a pin");
      var file = Files.createTempFile("ebpf4j-life", "");
      try {
        assertThatThrownBy(() -> kernel.openProgram(file))
            .isInstanceOf(BpfException.class)
            .hasMessageContaining(file + " is no pin: it is not on a bpffs");
      } finally {
        Files.delete(file);
      }
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void keepsProgramsInMapOfProgramsWhileItIsPinned() {
    try (var pins = ScratchPins.create()) {
      int targetId;
      try (var object = load("life_jump")) {
        var target = object.program("life_target");
        targetId = target.id();
        object.map("life_targets").pin(pins.at("targets"));
        object.map("life_targets").update(Words.u32(0), Words.u32(target.fd()), BpfMap.Update.ANY);
      }
      assertThat(Alive.isProgram(targetId)).isTrue();
      ScratchPins.unpin(pins.at("targets"));
      Alive.expectProgramGone(targetId);
    }
  }
}
