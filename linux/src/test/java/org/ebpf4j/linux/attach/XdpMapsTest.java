package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.BpfMap;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// Programs in the values of maps that packets are redirected through.
@KernelTest
@Requires(Facility.IP)
class XdpMapsTest {
  private static byte[] pair(int first, int second) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.nativeOrder())
        .putInt(first)
        .putInt(second)
        .array();
  }

  @Test
  @EffectOf("xdp/devmap")
  void programOfADevmapSeesWhatIsRedirected() throws Exception {
    try (var cable = Cable.lay();
        var object = LoadedObject.of("attach/xdp_maps")) {
      // The index is looked up in the network namespace of the thread that writes the value.
      cable
          .far()
          .call(() -> {
            var value = pair(Sockets.deviceIndex("far0"), object.program("on_device").fd());
            object.object().map("devices").update(new byte[4], value, BpfMap.Update.ANY);
            return value;
          });
      // The other end has to take packets that bypass the stack.
      try (var _ =
              cable.near().call(() -> object.program("to_cpu").attach(Xdp.on("near0").driver()));
          var _ =
              object.program("to_device").attach(Xdp.on("far0").driver().in(cable.farNetns()))) {
        cable.send("redirected");
        Await.until("a packet of the devmap", () -> object.count(0) == 1);
      }
      cable.passes("not redirected");
      assertThat(object.count(0)).isEqualTo(1);
    }
  }

  @Test
  @EffectOf("xdp/cpumap")
  void programOfACpumapSeesWhatIsRedirected() throws Exception {
    try (var cable = Cable.lay();
        var object = LoadedObject.of("attach/xdp_maps")) {
      object
          .object()
          .map("cpus")
          .update(new byte[4], pair(192, object.program("on_cpu").fd()), BpfMap.Update.ANY);
      try (var _ = object.program("to_cpu").attach(Xdp.on("far0").driver().in(cable.farNetns()))) {
        cable.send("redirected");
        Await.until("a packet of the cpumap", () -> object.count(1) == 1);
      }
      cable.passes("not redirected");
      assertThat(object.count(1)).isEqualTo(1);
    }
  }
}
