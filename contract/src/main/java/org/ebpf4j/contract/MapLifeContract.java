package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.contract.Values.errno;
import static org.ebpf4j.contract.Values.squares;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How long maps live, and by what they are found: ids, pins, other maps, objects.
public abstract class MapLifeContract {
  private Kernel kernel;

  /// The kernel whose maps are tested.
  protected abstract Kernel open();

  /// A path at which something can be pinned, and nothing is.
  protected abstract Path pin(String name);

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private BpfMap<Integer, Long> create(MapType type, int entries) {
    return kernel.createMap(MapSpec.of("typed", type, 4, 8, entries)).as(Integer.class, Long.class);
  }

  @Test
  void aMapIsFoundByItsIdForAsLongAsItLives() {
    int id;
    try (var map = create(MapType.HASH, 4)) {
      id = map.map().id();
      map.update(1, 2L);
      assertThat(kernel.mapIds()).contains(id).isSorted();
      try (var other = kernel.openMap(id)) {
        assertThat(other.id()).isEqualTo(id);
        assertThat(other.name()).isEqualTo("typed");
        assertThat(other.type()).isEqualTo(MapType.HASH.number());
        assertThat(other.maxEntries()).isEqualTo(4);
        assertThat(other.as(Integer.class, Long.class).lookup(1)).contains(2L);
      }
    }
    assertThat(errno(() -> kernel.openMap(id).close())).isEqualTo(Errno.ENOENT);
    assertThat(kernel.mapIds()).doesNotContain(id);
  }

  @Test
  void aDuplicateKeepsAMapAlive() {
    var map = create(MapType.HASH, 4);
    map.update(1, 2L);
    try (var other = map.map().duplicate()) {
      map.close();
      assertThat(other.as(Integer.class, Long.class).lookup(1)).contains(2L);
    }
  }

  @Test
  void aPinKeepsAMapAlive() {
    var pin = pin("pinned");
    int id;
    try (var map = create(MapType.HASH, 4)) {
      id = map.map().id();
      map.update(1, 2L);
      map.map().pin(pin);
      assertThat(errno(() -> map.map().pin(pin))).isEqualTo(Errno.EEXIST);
    }
    try {
      assertThatThrownBy(() -> kernel.openProgram(pin))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("is a map (id " + id + "), not a program");
      try (var map = kernel.openMap(pin)) {
        assertThat(map.id()).isEqualTo(id);
        assertThat(map.as(Integer.class, Long.class).lookup(1)).contains(2L);
      }
    } finally {
      kernel.unpin(pin);
    }
    assertThat(errno(() -> kernel.openMap(pin).close())).isEqualTo(Errno.ENOENT);
    assertThatThrownBy(() -> kernel.unpin(pin)).isInstanceOf(BpfException.class);
    assertThat(kernel.mapIds()).doesNotContain(id);
  }

  @Test
  void mapsArePutInMaps() {
    var inner = MapSpec.of("inner", MapType.HASH, 4, 8, 4);
    try (var outer =
            kernel.createMap(MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 4).withInner(inner));
        var other = kernel.createMap(MapSpec.of("other", MapType.HASH, 8, 8, 4))) {
      var maps = outer.maps(Integer.class);
      assertThat(maps.lookup(1)).isEmpty();
      int id;
      try (var one = kernel.createMap(inner)) {
        id = one.id();
        maps.update(1, one, Update.ANY);
        one.as(Integer.class, Long.class).update(2, 3L);
      }
      // It lives on in the other.
      assertThat(maps.keys()).containsExactly(1);
      try (var again = maps.lookup(1).orElseThrow()) {
        assertThat(again.id()).isEqualTo(id);
        assertThat(again.as(Integer.class, Long.class).lookup(2)).contains(3L);
      }
      assertThat(errno(() -> maps.update(2, other, Update.ANY))).isEqualTo(Errno.EINVAL);
      assertThat(maps.delete(1)).isTrue();
      assertThat(maps.delete(1)).isFalse();
      assertThat(maps.lookup(1)).isEmpty();
    }
  }

  @Test
  void anArrayOfMapsHasMapsAtSomeOfItsIndices() {
    var inner = MapSpec.of("inner", MapType.ARRAY, 4, 8, 2);
    try (var outer =
            kernel.createMap(MapSpec.of("outer", MapType.ARRAY_OF_MAPS, 4, 4, 3).withInner(inner));
        var one = kernel.createMap(inner)) {
      var maps = outer.maps(Integer.class);
      maps.update(2, one, Update.ANY);
      assertThat(maps.keys()).containsExactly(2);
      assertThat(maps.lookup(0)).isEmpty();
      assertThat(maps.map()).isSameAs(outer);
      assertThat(maps.delete(2)).isTrue();
      assertThat(maps.keys()).isEmpty();
    }
  }

  @Test
  void everythingThrowsOnceItIsClosed() {
    var map = create(MapType.HASH, 4);
    assertThat(map.toString()).matches("map 'typed' \\(hash, id \\d+\\)");
    var entries = map.entries().cursor();
    map.close();
    map.close();
    assertThat(map.toString()).matches("map 'typed' \\(hash, id \\d+, closed\\)");
    assertThatThrownBy(() -> map.lookup(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("map 'typed' is closed");
    assertThatThrownBy(() -> map.update(1, 1L)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> map.delete(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(map::count).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(entries::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> map.updateAll(squares(3), Update.ANY))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(map::freeze).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> map.map().id()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> map.map().duplicate()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aMapIsClosedUnderThreadsThatUseIt() throws Exception {
    try (var executor = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 50; round++) {
        var map = create(MapType.HASH, 16);
        List<Future<Long>> users = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          var key = i;
          users.add(executor.submit(() -> use(map, key)));
        }
        map.close();
        // What stood for that map may stand for this one now; nobody may have written to it.
        try (var other = create(MapType.HASH, 16)) {
          for (var user : users) {
            assertThat(user.get()).isNotNegative();
          }
          assertThat(other.count()).isZero();
        }
      }
    }
  }

  /// Uses a map until it is closed.
  private static long use(BpfMap<Integer, Long> map, int key) {
    for (long i = 0; ; i++) {
      try {
        map.update(key, i);
        assertThat(map.lookup(key)).contains(i);
      } catch (IllegalStateException closed) {
        return i;
      }
    }
  }

  record Mark(int left, int right) {}

  record Wide(int left, int middle) {}

  /// An object of whose maps those are loaded that hang on nothing, and no program.
  private static ObjectSpec dataMaps() {
    return ObjectSpec.read("data_maps.bpf.o", TestObjects.bytes("data_maps"))
        .withEachProgram(program -> program.withAutoload(false))
        .withMap("tasks", map -> map.withCreate(false))
        .withMap("sockets", map -> map.withCreate(false));
  }

  @Test
  @RequiresKernel(value = "5.16", because = "the object has a bloom filter")
  void theMapsOfAnObjectAreCreated() {
    try (var object = kernel.load(dataMaps())) {
      assertThat(object.failures()).isEmpty();
      assertThat(object.programs()).isEmpty();
      var marks = object.map("marks").perCpu(Integer.class, Mark.class);
      assertThat(marks.lookup(0).orElseThrow().get(0)).isEqualTo(new Mark(0, 0));
      assertThatThrownBy(() -> object.map("marks").perCpu(Integer.class, Wide.class))
          .isInstanceOf(LayoutMismatchException.class)
          .hasMessageContaining("struct mark")
          .hasMessageContaining("middle");
      assertThat(object.map("guards").layout()).isPresent();
      assertThatThrownBy(() -> object.map("mark"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("marks");
      assertThatThrownBy(() -> object.program("count")).isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  @RequiresKernel(value = "5.16", because = "the object has a bloom filter")
  void anObjectIsLoadedOnMapsThatAreThere() {
    try (var first = kernel.load(dataMaps());
        var second = kernel.load(dataMaps(), LoadOptions.DEFAULT.withMapsOf(first))) {
      assertThat(second.map("marks").id()).isEqualTo(first.map("marks").id());
    }
  }

  @Test
  @RequiresKernel(value = "5.16", because = "the object has a bloom filter")
  void variablesAreInTheMemoryOfTheirMap() {
    try (var object = kernel.load(dataMaps().withVariable("mask", 7))) {
      var shift = object.variable("shift");
      assertThat(shift.get()).isEqualTo(-1);
      shift.set(-3);
      assertThat(object.variable("shift").get()).isEqualTo(-3);
      assertThat(object.variable("mask").get()).isEqualTo(7);
      assertThatThrownBy(() -> object.variable("mask").set(1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> object.variable("shifts")).isInstanceOf(NotFoundException.class);
    }
  }
}
