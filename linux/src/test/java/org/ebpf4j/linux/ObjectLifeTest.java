package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.BpfMap;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The table "The life of an eBPF object" of DESIGN.md, row by row, as the kernel's lists of ids
/// show it.
@KernelTest
class ObjectLifeTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  private LinuxObject load(String name) {
    return kernel.load(ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name)));
  }

  private LinuxMap map(String name) {
    return kernel.createMap(MapSpec.of(name, MapType.HASH, 4, 8, 4));
  }

  // Creating and loading.

  @Test
  void keepsMapAliveWhileItsDescriptorIsOpen() {
    int id;
    try (var map = map("life_map")) {
      id = map.id();
      assertThat(Alive.isMap(id)).isTrue();
    }
    Alive.expectMapGone(id);
    assertThatThrownBy(() -> kernel.openMap(id))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessageContaining("no map with id " + id);
  }

  @Test
  void keepsMapsOfProgramAliveWhenTheirDescriptorsAreClosed() {
    try (var object = load("life_watch")) {
      var program = object.program("life_watch");
      var map = object.map("life_hits");
      var mapId = map.id();
      map.close();
      assertThat(program.info().mapIds()).containsExactly(mapId);
      assertThat(Alive.isMap(mapId)).isTrue();
      try (var again = kernel.openMap(mapId)) {
        assertThat(again.name()).isEqualTo("life_hits");
      }
    }
  }

  @Test
  void freesProgramAndMapsWhenTheLastDescriptorIsClosed() {
    var object = load("life_watch");
    var programId = object.program("life_watch").id();
    var mapId = object.map("life_hits").id();
    assertThat(Alive.isProgram(programId)).isTrue();
    object.close();
    Alive.expectProgramGone(programId);
    Alive.expectMapGone(mapId);
    assertThatThrownBy(() -> kernel.openProgram(programId))
        .hasMessageContaining("no program with id " + programId);
  }

  // Attaching.

  @Test
  void keepsProgramAliveAndAtWorkWhileItsLinkIsOpen() {
    worksWhileLinkIsOpen("life_watch");
  }

  @Test
  @Requires(Facility.TRACEFS)
  void keepsProgramOnTracepointAliveAndAtWorkWhileItsLinkIsOpen() {
    worksWhileLinkIsOpen("life_event");
  }

  private void worksWhileLinkIsOpen(String name) {
    var object = load(name);
    int programId;
    try (var hits = object.map("life_hits").duplicate()) {
      programId = object.program(name).id();
      var link = object.program(name).attach();
      object.close();
      assertThat(Alive.isProgram(programId)).isTrue();
      Renames.watch(hits);
      Renames.expectCounted(hits);
      Renames.expectCounted(hits);
      link.close();
      Renames.expectNotCounted(hits);
      Alive.expectProgramGone(programId);
    }
  }

  @Test
  void holdsProgramByLinkOfTheKernel() {
    int linkId;
    try (var object = load("life_watch")) {
      var program = object.program("life_watch");
      var link = program.attach();
      var info = link.info().getFirst();
      linkId = info.id();
      assertThat(info.programId()).isEqualTo(program.id());
      assertThat(info.typeLabel()).isEqualTo("raw_tracepoint");
      assertThat(Alive.isLink(linkId)).isTrue();
      assertThat(link.attachPoint()).contains(new RawTracepoint("task_rename"));
      link.close();
      Alive.expectLinkGone(linkId);
    }
    assertThatThrownBy(() -> kernel.openLink(linkId))
        .hasMessageContaining("no link with id " + linkId);
  }

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.15", because = "events of the perf subsystem have links since then")
  void holdsProgramOnTracepointByLinkOfTheKernel() {
    try (var object = load("life_event")) {
      int id;
      try (var link = object.program("life_event").attach()) {
        id = link.info().getFirst().id();
        assertThat(link.info().getFirst().typeLabel()).isEqualTo("perf_event");
        assertThat(Alive.isLink(id)).isTrue();
      }
      Alive.expectLinkGone(id);
    }
  }

  @Test
  void attachesAgainAfterDetaching() {
    try (var object = load("life_watch")) {
      var hits = object.map("life_hits");
      Renames.watch(hits);
      for (int i = 0; i < 2; i++) {
        try (var _ = object.program("life_watch").attach()) {
          Renames.expectCounted(hits);
        }
        Renames.expectNotCounted(hits);
      }
    }
  }

  // Further descriptors.

  @Test
  void keepsObjectsAliveThroughDuplicates() {
    int programId;
    int mapId;
    var object = load("life_watch");
    var program = object.program("life_watch").duplicate();
    var map = object.map("life_hits").duplicate();
    programId = program.id();
    mapId = map.id();
    assertThat(program.fd()).isNotEqualTo(object.program("life_watch").fd());
    object.close();
    assertThat(Alive.isProgram(programId)).isTrue();
    assertThat(program.name()).isEqualTo("life_watch");
    assertThat(program.spec()).isPresent();
    program.close();
    Alive.expectProgramGone(programId);
    assertThat(Alive.isMap(mapId)).isTrue();
    Renames.watch(map);
    assertThat(Renames.count(map)).isZero();
    map.close();
    Alive.expectMapGone(mapId);
  }

  @Test
  void keepsObjectsAliveThroughDescriptorsOpenedById() {
    var object = load("life_watch");
    var link = object.program("life_watch").attach();
    var programId = object.program("life_watch").id();
    var mapId = object.map("life_hits").id();
    var linkId = link.info().getFirst().id();
    var openedLink = kernel.openLink(linkId);
    link.close();
    object.close();
    try (var hits = kernel.openMap(mapId)) {
      Renames.watch(hits);
      Renames.expectCounted(hits);
      var program = kernel.openProgram(programId);
      openedLink.close();
      Alive.expectLinkGone(linkId);
      Renames.expectNotCounted(hits);
      assertThat(Alive.isProgram(programId)).isTrue();
      assertThat(program.info().mapIds()).containsExactly(mapId);
      assertThat(program.spec()).isEmpty();
      assertThatThrownBy(program::attach)
          .hasMessageContaining("raw_tracepoint programs go to raw_tracepoint:NAME");
      try (var _ = program.attach(new RawTracepoint("task_rename"))) {
        Renames.expectCounted(hits);
      }
      program.close();
      Alive.expectProgramGone(programId);
    }
    Alive.expectMapGone(mapId);
  }

  // Closing.

  @Test
  void closesTwiceWithoutHarm() {
    var object = load("life_watch");
    var link = object.program("life_watch").attach();
    link.close();
    link.close();
    object.program("life_watch").close();
    object.close();
    object.close();
    // A descriptor that has got the number of one of those in the meantime stays open.
    try (var map = map("life_map")) {
      link.close();
      object.close();
      assertThat(map.info().name()).isEqualTo("life_map");
    }
    kernel.close();
  }

  @Test
  void refusesUseAfterClose() {
    var object = load("life_watch");
    var program = object.program("life_watch");
    var map = object.map("life_hits");
    var link = program.attach();
    link.close();
    object.close();
    assertThat(link.isOpen()).isFalse();
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            program::fd,
            program::id,
            program::info,
            program::attach,
            program::duplicate,
            () -> program.pin(Path.of("/sys/fs/bpf/ebpf4j-life-never")))) {
      assertThatIllegalStateException()
          .isThrownBy(use)
          .withMessage("program 'life_watch' is closed");
    }
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            map::fd,
            map::id,
            map::info,
            map::duplicate,
            () -> map.lookup(Words.u32(1)),
            () -> map.update(Words.u32(1), Words.u64(1), BpfMap.Update.ANY),
            () -> map.delete(Words.u32(1)),
            () -> map.pin(Path.of("/sys/fs/bpf/ebpf4j-life-never")))) {
      assertThatIllegalStateException().isThrownBy(use).withMessage("map 'life_hits' is closed");
    }
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            link::info, () -> link.pin(Path.of("/sys/fs/bpf/ebpf4j-life-never")))) {
      assertThatIllegalStateException()
          .isThrownBy(use)
          .withMessage("the link of 'life_watch' to raw_tracepoint/task_rename is closed");
    }
  }

  // Objects that hold others.

  @Test
  void keepsProgramAliveInMapOfPrograms() {
    try (var targets = kernel.createMap(MapSpec.of("life_targets", MapType.PROG_ARRAY, 4, 4, 2))) {
      int programId;
      try (var object = load("life_jump")) {
        var target = object.program("life_target");
        programId = target.id();
        targets.update(Words.u32(1), Words.u32(target.fd()), BpfMap.Update.ANY);
      }
      assertThat(Alive.isProgram(programId)).isTrue();
      assertThat(targets.delete(Words.u32(1))).isTrue();
      Alive.expectProgramGone(programId);
    }
  }

  @Test
  void freesProgramsInMapOfProgramsWithItsLastUserReference() {
    try (var object = load("life_jump")) {
      var targets = object.map("life_targets");
      var targetsId = targets.id();
      var target = object.program("life_target");
      var targetId = target.id();
      targets.update(Words.u32(0), Words.u32(target.fd()), BpfMap.Update.ANY);
      target.close();
      assertThat(Alive.isProgram(targetId)).isTrue();
      targets.close();
      // The program that jumps keeps the map, but does not count as its user: it is emptied.
      Alive.expectProgramGone(targetId);
      assertThat(Alive.isMap(targetsId)).isTrue();
      assertThat(object.program("life_jumper").info().mapIds()).containsExactly(targetsId);
    }
  }

  @Test
  void keepsMapAliveInMapOfMaps() {
    var inner = MapSpec.of("life_inner", MapType.HASH, 4, 8, 4);
    var spec = MapSpec.of("life_outer", MapType.ARRAY_OF_MAPS, 4, 4, 2).withInner(inner);
    var before = Alive.named("life_inner");
    int first;
    int second;
    try (var outer = kernel.createMap(spec)) {
      // The map that only showed the kernel what inner maps look like is gone.
      before.expectNothingNew("life_inner");
      try (var one = kernel.createMap(inner);
          var two = kernel.createMap(inner)) {
        first = one.id();
        second = two.id();
        one.update(Words.u32(7), Words.u64(8), BpfMap.Update.ANY);
        outer.update(Words.u32(0), Words.u32(one.fd()), BpfMap.Update.ANY);
        outer.update(Words.u32(1), Words.u32(two.fd()), BpfMap.Update.ANY);
      }
      assertThat(Alive.isMap(first)).isTrue();
      try (var opened = kernel.openMap(first)) {
        assertThat(opened.lookup(Words.u32(7)).map(Words::u64)).contains(8L);
      }
      assertThat(outer.delete(Words.u32(0))).isTrue();
      Alive.expectMapGone(first);
      assertThat(Alive.isMap(second)).isTrue();
    }
    Alive.expectMapGone(second);
  }
}
