package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.ebpf4j.BpfMap;
import org.ebpf4j.attach.Lirc;
import org.ebpf4j.attach.SkReuseport;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.ListeningSocket;
import org.ebpf4j.linux.OpenSocket;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two sockets that share a port, and a program that gives all connections to the first.
@KernelTest
class SkReuseportTest {
  private static final int CHOSEN = 0;
  private static final int ROUNDS = 24;

  private LoadedObject object;
  private ListeningSocket first;
  private ListeningSocket second;

  @BeforeEach
  void listen() {
    object = LoadedObject.of("attach/reuseport");
    first =
        LinuxKernel.open().listenShared(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    second = LinuxKernel.open().listenShared(first.address());
    var socket = java.nio.ByteBuffer.allocate(8).order(java.nio.ByteOrder.nativeOrder());
    object
        .object()
        .map("sockets")
        .update(LoadedObject.u32(0), socket.putLong(first.fd()).array(), BpfMap.Update.ANY);
  }

  @AfterEach
  void close() {
    second.close();
    first.close();
    object.close();
  }

  /// How many of some connections the first socket gets.
  private int connect() throws Exception {
    var counts = new int[2];
    for (int i = 0; i < ROUNDS; i++) {
      SocketChannel.open(first.address()).close();
    }
    Await.until(
        "the connections",
        () -> {
          counts[0] += first.dismissConnections();
          counts[1] += second.dismissConnections();
          return counts[0] + counts[1] == ROUNDS;
        });
    return counts[0];
  }

  @Test
  @EffectOf("sk_reuseport")
  void choosesTheSocketUntilClosed() throws Exception {
    assertThat(connect()).isBetween(1, ROUNDS - 1);
    try (var link = object.program("choose").attach(new SkReuseport(second))) {
      assertThat(link.ids()).isEmpty();
      assertThat(connect()).isEqualTo(ROUNDS);
      assertThat(object.count(CHOSEN)).isEqualTo(ROUNDS);
      link.update(object.program("choose"));
      assertThat(connect()).isEqualTo(ROUNDS);
      assertThat(object.count(CHOSEN)).isEqualTo(2 * ROUNDS);
    }
    assertThat(connect()).isBetween(1, ROUNDS - 1);
    assertThat(object.count(CHOSEN)).isEqualTo(2 * ROUNDS);
  }

  @Test
  void socketsThatShareNothingAreRefused() {
    try (var alone =
        LinuxKernel.open().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      assertThatThrownBy(() -> object.program("choose").attach(new SkReuseport(alone)))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the socket does not share its port")
          .hasMessageContaining("SO_REUSEPORT");
    }
    assertThatThrownBy(() -> object.program("choose").attach(new SkReuseport(new OpenSocket(4444))))
        .isInstanceOf(KernelException.class);
  }

  @Test
  void infraredReceiversTakeProgramsOfTheirs() {
    assertThatThrownBy(() -> object.program("choose").attach(new Lirc("/dev/lirc0")))
        .isInstanceOf(WrongHookException.class)
        .hasMessageContaining("takes lirc_mode2 programs");
  }
}
