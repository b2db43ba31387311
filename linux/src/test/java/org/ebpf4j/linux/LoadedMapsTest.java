package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The maps of an object: what they hold from the start, how large they become, and what takes
/// their place.
@KernelTest
class LoadedMapsTest {
  private static final ObjectSpec SPEC = Run.spec("load_maps");

  private final LinuxKernel kernel = LinuxKernel.open();

  private static byte[] key(int left, int right) {
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(left).putInt(right).array();
  }

  @Test
  void mapsOfMapsHoldMapsFromTheStart() {
    try (var object = kernel.load(SPEC)) {
      object.map("first").update(Words.u32(0), Words.u32(10), Update.ANY);
      object.map("second").update(Words.u32(0), Words.u32(20), Update.ANY);
      Run.once(object, "look");
      assertThat(object.variable("array_first").get()).isEqualTo(10);
      assertThat(object.variable("array_empty").get()).isEqualTo(-1);
      assertThat(object.variable("array_second").get()).isEqualTo(20);
      assertThat(object.variable("hash_second").get()).isEqualTo(20);
      assertThat(object.variable("hash_empty").get()).isEqualTo(-1);
      assertThat(object.map("by_index").lookup(Words.u32(2)))
          .contains(Words.u32(object.map("second").id()));
    }
  }

  @Test
  void mapsOfMapsTakeMapsOfTheirInnerDefinition() {
    var inner = SPEC.map("filled_later").inner().orElseThrow();
    try (var object = kernel.load(SPEC);
        var fits = kernel.createMap(inner)) {
      fits.update(key(1, 2), Words.u64(30), Update.ANY);
      object.map("filled_later").update(Words.u32(1), Words.u32(fits.fd()), Update.ANY);
      Run.once(object, "look");
      assertThat(object.variable("later").get()).isEqualTo(30);
      try (var other = kernel.createMap(MapSpec.of("other", MapType.HASH, 4, 8, 3))) {
        assertThat(
                catchThrowableOfType(
                    BpfException.class,
                    () ->
                        object
                            .map("filled_later")
                            .update(Words.u32(0), Words.u32(other.fd()), Update.ANY)))
            .hasMessageContaining("EINVAL");
      }
    }
  }

  /// Kernels before 6.18 have no such maps, and are asked for them all the same.
  @Test
  void mapForOneProgramIsRefusedToOthers() {
    var spec = Run.spec("load_exclusive").withMap("treasure", m -> m.withExclusiveProgram("owner"));
    var options = LoadOptions.DEFAULT.withKeepGoing(true);
    if (KernelRelease.running().isBefore(6, 18)) {
      assertThat(
              catchThrowableOfType(
                  UnsupportedFeatureException.class, () -> kernel.load(spec, options).close()))
          .hasMessageContaining("map 'treasure' is for program 'owner' only")
          .hasMessageContaining("6.18");
      return;
    }
    try (var object = kernel.load(spec, options)) {
      Run.onPacket(object, "owner");
      assertThat(object.variable("seen").get()).isEqualTo(1);
      assertThat(object.failures()).containsOnlyKeys("stranger");
      assertThat(object.failures().get("stranger"))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("hash");
    }
    try (var object = kernel.load(Run.spec("load_exclusive"))) {
      assertThat(object.programs()).as("where it is for both").hasSize(2);
    }
  }

  @Test
  void mapForProgramThatIsNotLoadedIsRefused() {
    var spec =
        Run.spec("load_exclusive")
            .withMap("treasure", m -> m.withExclusiveProgram("owner"))
            .withProgram("owner", p -> p.withAutoload(false));
    assertThat(catchThrowableOfType(NotFoundException.class, () -> kernel.load(spec).close()))
        .hasMessageContaining("program that map 'treasure' is for")
        .hasMessageContaining("owner");
  }

  /// Newer kernels (7.3 does) say why they make no map.
  @Test
  void refusalOfMapSaysWhichNodeItWanted() {
    var spec = MapSpec.of("odd", MapType.ARRAY, 4, 8, 1).withNumaNode(1 << 20);
    var failure = catchThrowableOfType(KernelException.class, () -> kernel.createMap(spec).close());
    assertThat(failure)
        .hasMessage(
            "map 'odd': it wants memory of NUMA node 1048576, which this machine may not have"
                + " (MAP_CREATE: EINVAL)\n"
                + "  try: name a node of /sys/devices/system/node/online, or leave numa_node out");
  }

  @Test
  void arraysOfProgramsHoldProgramsFromTheStart() {
    try (var object = kernel.load(SPEC)) {
      assertThat(Run.once(object, "start")).isEqualTo(9);
      assertThat(object.variable("trace").get()).isEqualTo(123);
      assertThat(Run.once(object, "empty")).isEqualTo(8);
      assertThat(object.map("steps").lookup(Words.u32(1)))
          .contains(Words.u32(object.program("middle").id()));
      assertThat(object.map("steps").lookup(Words.u32(0))).isEmpty();
    }
  }

  /// A program that is switched off leaves its slot empty.
  @Test
  void slotOfProgramThatIsNotLoadedStaysEmpty() {
    try (var object = kernel.load(SPEC.withProgram("last", p -> p.withAutoload(false)))) {
      assertThat(Run.once(object, "start")).isEqualTo(-2);
      assertThat(object.variable("trace").get()).isEqualTo(12);
    }
  }

  @Test
  void ringBuffersAreRoundedUp() {
    try (var object = kernel.load(SPEC)) {
      assertThat(object.map("ring").info().maxEntries()).isEqualTo(8192);
    }
    try (var object = kernel.load(SPEC.withMap("ring", m -> m.withMaxEntries(1)))) {
      assertThat(object.map("ring").info().maxEntries()).isEqualTo(4096);
    }
    try (var object = kernel.load(SPEC.withMap("ring", m -> m.withMaxEntries(16384)))) {
      assertThat(object.map("ring").info().maxEntries()).isEqualTo(16384);
    }
  }

  @Test
  void arraysOfPerfEventsHaveRoomForEachCpu() {
    try (var object = kernel.load(SPEC)) {
      assertThat(object.map("events").info().maxEntries()).isEqualTo(Cpus.possible());
      // Nobody opened an event: the program is told so.
      assertThat(Run.once(object, "tell")).isEqualTo(1);
    }
  }

  @Test
  void mapsOnNodeWork() {
    try (var object = kernel.load(SPEC)) {
      var map = object.map("typed");
      assertThat(map.info().flags() & MapSpec.NUMA_NODE).isNotZero();
      map.update(key(1, 2), Words.u64(40), Update.ANY);
      assertThat(Run.once(object, "look")).isEqualTo(40);
    }
    var far = SPEC.withMap("typed", m -> m.withNumaNode(1000));
    assertThat(catchThrowableOfType(BpfException.class, () -> kernel.load(far).close()))
        .hasMessageContaining("map 'typed'")
        .hasMessageContaining("EINVAL");
  }

  @Test
  void kernelKnowsTypesOfKeysAndValues() {
    try (var object = kernel.load(SPEC)) {
      var types = object.map("typed").info().types();
      try (var fd = Bpf.openById(ObjectKind.TYPES, types.btfId()).fd()) {
        var btf = Btf.read("types", ObjectInfo.types(fd.number()).bytes());
        assertThat(btf.name(types.keyType())).isEqualTo("key");
        assertThat(btf.name(types.valueType())).isEqualTo("__u64");
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.16", because = "bloom filters")
  void mapExtraReachesTheKernel() {
    var spec = Run.spec("load_bloom");
    try (var object = kernel.load(spec)) {
      assertThat(object.map("seen").info().extra()).isEqualTo(3);
      assertThat(Run.once(object, "look")).isEqualTo(1);
    }
    try (var object = kernel.load(spec.withMap("seen", m -> m.withExtra(7)))) {
      assertThat(object.map("seen").info().extra()).isEqualTo(7);
    }
  }

  @Test
  void settersChangeWhatIsCreated() {
    var spec =
        SPEC.withMap("typed", m -> m.withMaxEntries(77).withType(MapType.LRU_HASH).withFlags(0));
    try (var object = kernel.load(spec)) {
      var info = object.map("typed").info();
      assertThat(info.type()).isEqualTo(MapType.LRU_HASH.number());
      assertThat(info.maxEntries()).isEqualTo(77);
      assertThat(info.flags()).isZero();
    }
  }

  @Test
  void mapOfTheCallerTakesThePlaceOfTheObjects() {
    try (var given = kernel.createMap(MapSpec.of("given", MapType.HASH, 8, 8, 10).withFlags(1));
        var object =
            kernel.load(
                SPEC.withMap("typed", m -> m.withFlags(1)),
                LoadOptions.DEFAULT.withMap("typed", given))) {
      given.update(key(1, 2), Words.u64(50), Update.ANY);
      assertThat(Run.once(object, "look")).isEqualTo(50);
      assertThat(object.map("typed").id()).isEqualTo(given.id());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LRU_HASH, 8, 8, 10, type lru_hash",
    "HASH, 4, 8, 10, bytes in a key 4",
    "HASH, 8, 16, 10, bytes in a value 16",
    "HASH, 8, 8, 11, entries 11"
  })
  void refusesMapOfTheCallerThatIsAnother(
      MapType type, int key, int value, long entries, String words) {
    var spec = SPEC.withMap("typed", m -> m.withFlags(0));
    try (var given = kernel.createMap(MapSpec.of("given", type, key, value, entries))) {
      var options = LoadOptions.DEFAULT.withMap("typed", given);
      assertThat(catchThrowableOfType(BpfException.class, () -> kernel.load(spec, options).close()))
          .hasMessageStartingWith("map 'typed': the map that was given for it (id " + given.id())
          .hasMessageContaining(words + ", where the object wants ");
    }
  }

  @Test
  void mapThatIsNotCreatedIsNoHarmWhereItIsNotReached() {
    var spec =
        Run.spec("load_shared")
            .withMap("shared", m -> m.withPinByName(false))
            .withMap("shared_too", m -> m.withPinByName(false))
            .withMap("optional", m -> m.withCreate(false));
    try (var object = kernel.load(spec)) {
      assertThat(Run.once(object, "count")).isEqualTo(1);
      assertThat(object.maps()).noneMatch(m -> m.name().equals("optional"));
    }
    assertThat(
            catchThrowableOfType(
                VerifierException.class,
                () -> kernel.load(spec.withVariable("with_optional", 1)).close()))
        .hasMessageStartingWith("map 'optional' is not created")
        .hasMessageContaining("load_shared.bpf.c:");
  }

  @Test
  void legacyMapsWork() {
    try (var object = kernel.load(Run.spec("load_legacy"))) {
      object.map("numbers").update(Words.u32(1), Words.u32(60), Update.ANY);
      assertThat(Run.once(object, "look")).isEqualTo(60);
      assertThat(object.map("names").lookup(Words.u64(5))).contains(Words.u32(60));
      assertThat(object.map("names").info().flags()).isEqualTo(1);
      assertThat(object.map("numbers").info().maxEntries()).isEqualTo(2);
    }
  }
}
