package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Devices whose packets may be larger than a page take those XDP programs only that are loaded for
/// packets in several buffers.
@KernelTest
@Requires(Facility.IP)
class XdpFragsTest {
  private static final int IP_AND_UDP_HEADERS = 14 + 20 + 8;

  @Test
  @RequiresKernel(value = "5.18", because = "XDP programs for packets in several buffers")
  void programOfSectionForFragmentsSeesLargePackets() throws Exception {
    try (var near = NetworkNamespace.create();
        var far = NetworkNamespace.create();
        var object = LoadedObject.of("code_frags")) {
      NetworkNamespace.join(near, far);
      near.ip("link", "set", "near0", "mtu", "9000");
      far.ip("link", "set", "far0", "mtu", "9000");
      var point = Xdp.on("far0").driver();
      assertThat(object.program("code_frags").spec().orElseThrow().flags())
          .isEqualTo(ProgramSpec.XDP_HAS_FRAGS);
      assertThat(
              catchThrowableOfType(
                  KernelException.class,
                  () -> far.call(() -> object.program("code_linear").attach(point)).close()))
          .as("a program that wants packets in one buffer")
          .isNotNull();
      try (var _ = far.call(() -> object.program("code_frags").attach(point));
          var sender = near.call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
        sender.send(ByteBuffer.allocate(8000), new InetSocketAddress("10.11.12.2", 4242));
        Await.until(
            "a large packet",
            () -> object.object().variable("length").get() == 8000 + IP_AND_UDP_HEADERS);
      }
    }
  }
}
