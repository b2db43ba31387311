package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "5.5", because = "maps that can be mapped")
class MappingTest {
  private static final int ARRAY = 2;
  private static final int ARENA = 33;
  private static final int MMAPABLE = 1 << 10;
  private static final int PAGE = 4096;

  private static Fd array() {
    return Bpf.mapCreate(MapCreate.of(ARRAY, 4, 8, 4, "mapped").withFlags(MMAPABLE)).fd();
  }

  private static long second(Fd map) {
    var value = new byte[8];
    var key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(1).array();
    assertThat(Bpf.mapLookup(map.number(), key, value)).isZero();
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong();
  }

  @Test
  void sharesValuesWithKernel() {
    try (var map = array();
        var mapping = Mapping.of(map.number(), 0, PAGE, Mapping.Access.READ_WRITE).mapping()) {
      mapping.memory().set(ValueLayout.JAVA_LONG, 8, 42);
      assertThat(second(map)).isEqualTo(42);
      assertThat(mapping.memory().byteSize()).isEqualTo(PAGE);
      assertThat(mapping.address()).isEqualTo(mapping.memory().address());
    }
  }

  @Test
  void outlivesDescriptor() {
    var map = array();
    try (var mapping = Mapping.of(map.number(), 0, PAGE, Mapping.Access.READ_WRITE).mapping()) {
      map.close();
      mapping.memory().set(ValueLayout.JAVA_LONG, 0, 1);
      assertThat(mapping.memory().get(ValueLayout.JAVA_LONG, 0)).isOne();
    }
  }

  @Test
  void isNotReadAfterEnd() {
    try (var map = array()) {
      var mapping = Mapping.of(map.number(), 0, PAGE, Mapping.Access.READ).mapping();
      var memory = mapping.memory();
      assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isZero();
      mapping.close();
      mapping.close();
      assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_LONG, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void writesNothingWhereMappedForReading() {
    try (var map = array();
        var mapping = Mapping.of(map.number(), 0, PAGE, Mapping.Access.READ).mapping()) {
      assertThatThrownBy(() -> mapping.memory().set(ValueLayout.JAVA_LONG, 0, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> mapping.memory().get(ValueLayout.JAVA_LONG, PAGE))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void tellsWhyNot() {
    try (var plain = Bpf.mapCreate(MapCreate.of(ARRAY, 4, 8, 4, "plain")).fd()) {
      var outcome = Mapping.of(plain.number(), 0, PAGE, Mapping.Access.READ);
      assertThat(outcome.ok()).isFalse();
      assertThat(outcome.errno()).isIn(Errno.EINVAL, Errno.ENOTSUPP);
      assertThatThrownBy(outcome::mapping).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> Mapping.of(plain.number(), 0, 0, Mapping.Access.READ))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void mapsAtAddressWhereNothingIs() {
    try (var map = array();
        var first = Mapping.of(map.number(), 0, PAGE, Mapping.Access.READ).mapping()) {
      assertThat(Mapping.at(first.address(), map.number(), 0, PAGE, Mapping.Access.READ).errno())
          .isEqualTo(Errno.EEXIST);
      var free = 1L << 44;
      try (var second =
          Mapping.at(free, map.number(), 0, PAGE, Mapping.Access.READ_WRITE).mapping()) {
        assertThat(second.address()).isEqualTo(free);
        second.memory().set(ValueLayout.JAVA_LONG, 8, 7);
        assertThat(first.memory().get(ValueLayout.JAVA_LONG, 8)).isEqualTo(7);
      }
    }
  }

  @Test
  @RequiresKernel(value = "6.9", because = "arenas")
  void mapsArenaWhereItWantsToBe() {
    var address = 1L << 44;
    var create =
        new MapCreate(
            ARENA, 0, 0, 2, MMAPABLE, 0, 0, "arena", address, MapCreate.Types.NONE, 0, Bytes.EMPTY);
    try (var map = Bpf.mapCreate(create).fd();
        var mapping =
            Mapping.at(address, map.number(), 0, 2 * PAGE, Mapping.Access.READ_WRITE).mapping()) {
      mapping.memory().set(ValueLayout.JAVA_LONG, PAGE, 5);
      assertThat(mapping.memory().get(ValueLayout.JAVA_LONG, PAGE)).isEqualTo(5);
      assertThat(mapping.address()).isEqualTo(address);
    }
  }
}
