package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.regex.Pattern;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Session;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// `ebpf4j run` with a program that chooses among the sockets of a port: here it refuses all, as
/// its map has none.
@KernelTest
class ReuseportRunTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  private static long hits(int program) {
    try (var kernel = LinuxKernel.open();
        var opened = kernel.openProgram(program)) {
      for (var id : opened.info().mapIds()) {
        try (var map = kernel.openMap(id)) {
          if (map.name().equals("counts")) {
            return ByteBuffer.wrap(map.lookup(new byte[4]).orElseThrow())
                .order(ByteOrder.nativeOrder())
                .getLong();
          }
        }
      }
      throw new AssertionError("no counts");
    }
  }

  @Test
  void connectionsAreDecidedOnUntilTheRunEnds() throws IOException {
    var before = Alive.now();
    var address = new InetSocketAddress(LOOPBACK, freePort());
    try (var session =
        Session.start(
            "run",
            TestObjects.file("attach/reuseport"),
            "--attach",
            "sk_reuseport:listen=127.0.0.1:" + address.getPort())) {
      session.await(
          "attached to the sockets that share the port of listen=127.0.0.1:" + address.getPort());
      var line = Pattern.compile("choose: sk_reuseport, fd \\d+, id (\\d+)").matcher(session.err());
      assertThat(line.find()).as(session.err()).isTrue();
      var program = Integer.parseInt(line.group(1));
      assertThat(hits(program)).isZero();

      assertThatThrownBy(() -> SocketChannel.open(address).close())
          .isInstanceOf(ConnectException.class);

      assertThat(hits(program)).isEqualTo(1);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
    assertThat(before.newcomers()).isEmpty();
  }
}
