package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
class MapsTest {
  private static final int HASH = 1;
  private static final int ARRAY = 2;
  private static final int BLOOM_FILTER = 30;

  private static byte[] u32(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  @Test
  void walksKeys() {
    try (var map = Bpf.mapCreate(MapCreate.of(HASH, 4, 4, 8, "keys")).fd()) {
      assertThat(Bpf.mapNextKey(map.number(), null, new byte[4])).isEqualTo(Errno.ENOENT);
      for (int key : new int[] {3, 5, 7}) {
        assertThat(Bpf.mapUpdate(map.number(), u32(key), u32(0), 0)).isZero();
      }
      var keys = new ArrayList<byte[]>();
      byte[] key = null;
      var next = new byte[4];
      while (Bpf.mapNextKey(map.number(), key, next) == 0) {
        keys.add(next);
        key = next;
        next = new byte[4];
      }
      assertThat(keys).containsExactlyInAnyOrder(u32(3), u32(5), u32(7));
      assertThat(next).as("after the last").containsOnly(0);
    }
  }

  @Test
  void createsMapWithTypes() {
    try (var types = BtfCommands.load(TestBtf.integer()).fd();
        var map =
            Bpf.mapCreate(
                    MapCreate.of(ARRAY, 4, 4, 1, "typed")
                        .withTypes(MapCreate.Types.of(types.number(), 1, 1)))
                .fd()) {
      var info = ObjectInfo.map(map.number());
      assertThat(info.types())
          .isEqualTo(new MapInfo.Types(ObjectInfo.types(types.number()).id(), 1, 1, 0));
    }
  }

  @Test
  void tellsTypesThatDoNotFit() {
    try (var types = BtfCommands.load(TestBtf.integer()).fd()) {
      var create =
          MapCreate.of(ARRAY, 4, 8, 1, "typed").withTypes(MapCreate.Types.of(types.number(), 1, 1));
      assertThat(Bpf.mapCreate(create).errno()).isEqualTo(Errno.EINVAL);
      Bpf.mapCreate(create.withTypes(create.types().kernelsOnly())).fd().close();
    }
  }

  @Test
  @RequiresKernel(value = "5.16", because = "bloom filters")
  void passesExtra() {
    var create =
        new MapCreate(
            BLOOM_FILTER, 0, 8, 100, 0, 0, 0, "bloom", 3, MapCreate.Types.NONE, 0, Bytes.EMPTY);
    try (var map = Bpf.mapCreate(create).fd()) {
      assertThat(ObjectInfo.map(map.number()))
          .extracting(MapInfo::extra, MapInfo::maxEntries, MapInfo::name)
          .containsExactly(3L, 100L, "bloom");
    }
  }

  @Test
  @RequiresKernel(value = "6.9", because = "tokens, and BTF of modules for maps")
  void passesTokenAndModule() {
    try (var other = Bpf.mapCreate(MapCreate.of(ARRAY, 4, 4, 1, "other")).fd()) {
      // A map is no token, which the kernel can only say if it was given one.
      assertThat(
              Bpf.mapCreate(MapCreate.of(ARRAY, 4, 4, 1, "with_token").withToken(other.number()))
                  .errno())
          .isEqualTo(Errno.EINVAL);
      var module = new MapCreate.Types(0, 0, 0, 1, other.number());
      assertThat(Bpf.mapCreate(MapCreate.of(26, 4, 4, 1, "ops").withTypes(module)).errno())
          .isEqualTo(Errno.EINVAL);
      assertThat(Bpf.tokenCreate(other.number()).errno()).isIn(Errno.EINVAL, Errno.EBADF);
      assertThat(Bpf.linkCreate(new LinkCreate.StructOps(other.number())).errno())
          .isEqualTo(Errno.EINVAL);
    }
  }
}
