package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.RunInput;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Frames that come in at `lo` of a network of the test's own, and reach a socket where the program
/// lets them.
@KernelTest
class LiveFramesTest {
  /// As many as a socket keeps, where each takes a page.
  private static final int FRAMES = 32;

  /// An Ethernet frame for a port of the network's one host.
  private static byte[] frame(int port, byte[] payload) {
    var frame = ByteBuffer.allocate(14 + 20 + 8 + payload.length);
    frame.putShort(12, (short) 0x0800).position(14);
    frame.putShort((short) 0x4500).putShort((short) (28 + payload.length));
    frame.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
    frame.putInt(0x0a0b0c02).putInt(0x0a0b0c01);
    var sum = 0;
    for (int i = 14; i < 34; i += 2) {
      sum += Short.toUnsignedInt(frame.getShort(i));
    }
    frame.putShort(24, (short) ~((sum & 0xffff) + (sum >>> 16)));
    frame.putShort((short) 9).putShort((short) port).putShort((short) (8 + payload.length));
    // No checksum, which UDP over IPv4 allows.
    return frame.putShort((short) 0).put(payload).array();
  }

  /// A `struct xdp_md` for a packet of that length.
  private static byte[] context(int length) {
    return ByteBuffer.allocate(24).order(ByteOrder.nativeOrder()).putInt(4, length).array();
  }

  @Test
  @Requires(Facility.IP)
  @RequiresKernel(value = "5.18", because = "live frames")
  void reachSocket() throws Exception {
    var payload = "a live frame".getBytes(StandardCharsets.UTF_8);
    try (var namespace = NetworkNamespace.create();
        var loaded = LoadedObject.of("run_types")) {
      var program = loaded.program("run_xdp");
      // Frames from an address of 127/8 would have come from nowhere.
      namespace.ip("addr", "add", "10.11.12.1/24", "dev", "lo");
      var address = new InetSocketAddress(InetAddress.getByName("10.11.12.1"), 0);
      try (var socket = namespace.call(() -> new DatagramSocket(address))) {
        var frame = frame(socket.getLocalPort(), payload);
        var input =
            RunInput.packet(frame).withContext(context(frame.length)).liveFrames(8).repeat(FRAMES);
        var result = namespace.call(() -> program.run(input));
        assertThat(result.dataOut()).isEmpty();
        assertThat(result.contextOut()).isEmpty();
        assertThat(loaded.object().variable("runs").get()).isEqualTo(FRAMES);
        socket.setSoTimeout(30_000);
        for (int i = 0; i < FRAMES; i++) {
          var received = new DatagramPacket(new byte[100], 100);
          socket.receive(received);
          assertThat(
                  new String(received.getData(), 0, received.getLength(), StandardCharsets.UTF_8))
              .isEqualTo("a live frame");
        }
      }
    }
  }
}
