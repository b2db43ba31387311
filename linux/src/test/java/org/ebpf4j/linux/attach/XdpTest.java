package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.IP)
class XdpTest {
  private static final InetSocketAddress TARGET = new InetSocketAddress("10.11.12.2", 4242);

  private NetworkNamespace near;
  private NetworkNamespace far;
  private DatagramChannel sender;
  private DatagramChannel receiver;
  private LoadedObject object;

  @BeforeEach
  void joinNamespaces() throws Exception {
    near = NetworkNamespace.create();
    far = NetworkNamespace.create();
    NetworkNamespace.join(near, far);
    sender = near.call(() -> DatagramChannel.open(StandardProtocolFamily.INET));
    receiver = far.call(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(TARGET));
    receiver.configureBlocking(false);
    object = LoadedObject.of("attach_xdp");
  }

  @AfterEach
  void close() throws IOException {
    object.close();
    sender.close();
    receiver.close();
    near.close();
    far.close();
  }

  private LinuxLink attach(Xdp point) throws Exception {
    return far.call(() -> object.program("drop_port").attach(point));
  }

  private void send(String text) throws IOException {
    sender.send(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), TARGET);
  }

  private String receive() throws Exception {
    var buffer = ByteBuffer.allocate(64);
    Await.until("a packet", () -> receiver.receive(buffer) != null);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  private void dropsUntilClosed(Xdp point) throws Exception {
    send("before");
    assertThat(receive()).isEqualTo("before");
    try (var _ = attach(point)) {
      send("during");
      Await.until("a drop", () -> object.count(0) == 1);
    }
    send("after");
    assertThat(receive()).isEqualTo("after");
    assertThat(object.count(0)).isEqualTo(1);
  }

  @Test
  void dropsInGenericModeUntilClosed() throws Exception {
    dropsUntilClosed(Xdp.on("far0").generic());
  }

  @Test
  void dropsInDriverModeUntilClosed() throws Exception {
    dropsUntilClosed(Xdp.on("far0").driver());
  }

  @Test
  @EffectOf("xdp")
  void dropsInTheModeThatTheKernelChooses() throws Exception {
    dropsUntilClosed(Xdp.on("far0"));
  }

  /// The address was only for the packets.
  @Test
  void deviceNeedsNoAddress() throws Exception {
    far.ip("addr", "flush", "dev", "far0");
    far.ip("link", "set", "far0", "down");
    attach(Xdp.on("far0")).close();
  }

  @Test
  void secondProgramOnADeviceIsRefused() throws Exception {
    for (var first : Xdp.Mode.values()) {
      if (first == Xdp.Mode.HARDWARE) {
        continue;
      }
      var point = new Xdp("far0", first);
      try (var _ = attach(point);
          var other = LoadedObject.of("attach_xdp")) {
        assertThatThrownBy(() -> far.call(() -> other.program("drop_port").attach(point)))
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("'drop_port' to " + point.describe())
            .hasMessageContaining("far0 has an XDP program already");
      }
    }
  }

  @Test
  void driverAndGenericModeExcludeEachOther() throws Exception {
    try (var _ = attach(Xdp.on("far0").driver())) {
      assertThatThrownBy(() -> attach(Xdp.on("far0").generic()))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("far0 has an XDP program already");
    }
  }

  @Test
  void modeThatTheDriverLacksIsExplained() {
    for (var point : List.of(new Xdp("far0", Xdp.Mode.HARDWARE), Xdp.on("lo").driver())) {
      assertThatThrownBy(() -> attach(point))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the driver of " + point.device() + " has no XDP in this mode");
    }
  }

  @Test
  void unknownDeviceIsNamed() {
    assertThatThrownBy(() -> attach(Xdp.on("far1")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("far0");
  }

  @Test
  void deviceThatIsTakenAwayTakesTheProgramWithIt() throws Exception {
    try (var link = attach(Xdp.on("far0"))) {
      near.ip("link", "del", "near0");
      assertThat(link.isOpen()).isTrue();
    }
  }
}
