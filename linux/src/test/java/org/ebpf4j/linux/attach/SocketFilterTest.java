package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.ListeningSocket;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
class SocketFilterTest {
  private static final int PASSED = 0;
  private static final int DROPPED = 1;

  private LoadedObject object;
  private ListeningSocket socket;

  @BeforeEach
  void listen() {
    object = LoadedObject.of("attach_socket");
    socket = LinuxKernel.open().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    socket.close();
    object.close();
  }

  private void connect() throws Exception {
    SocketChannel.open(socket.address()).close();
    Await.until("the connection", () -> socket.dismissConnections() == 1);
  }

  @Test
  @EffectOf("socket")
  void passingFilterSeesConnectionsUntilClosed() throws Exception {
    connect();
    assertThat(object.count(PASSED)).isZero();
    try (var link = object.program("passing").attach(socket.attachPoint())) {
      assertThat(link.attachPoint()).contains(socket.attachPoint());
      connect();
      assertThat(object.count(PASSED)).isPositive();
    }
    var before = object.count(PASSED);
    connect();
    assertThat(object.count(PASSED)).isEqualTo(before);
  }

  /// TCP sends its first packet again until it is answered.
  @Test
  @EffectOf("socket")
  void droppingFilterKeepsConnectionsOutUntilClosed() throws Exception {
    try (var channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      try (var _ = object.program("dropping").attach(socket.attachPoint())) {
        assertThat(channel.connect(socket.address())).isFalse();
        Await.until("the packet to come again", () -> object.count(DROPPED) >= 2);
        assertThat(channel.finishConnect()).isFalse();
        assertThat(socket.dismissConnections()).isZero();
      }
      Await.until("the connection", channel::finishConnect);
    }
    var before = object.count(DROPPED);
    Await.until("the connection", () -> socket.dismissConnections() == 1);
    connect();
    assertThat(object.count(DROPPED)).isEqualTo(before);
  }

  @Test
  void laterFilterTakesThePlaceOfTheEarlier() throws Exception {
    try (var _ = object.program("passing").attach(socket.attachPoint());
        var channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      try (var _ = object.program("dropping").attach(socket.attachPoint())) {
        assertThat(channel.connect(socket.address())).isFalse();
        Await.until("a drop", () -> object.count(DROPPED) >= 1);
        assertThat(object.count(PASSED)).isZero();
      }
    }
  }
}
