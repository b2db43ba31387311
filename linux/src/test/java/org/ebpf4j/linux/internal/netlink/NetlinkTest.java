package org.ebpf4j.linux.internal.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.error.Errno;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// Messages as bytes, and what the kernel answers.
@KernelTest
class NetlinkTest {
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_GETLINK = 18;
  private static final int IFLA_IFNAME = 3;
  private static final int IFINFOMSG_SIZE = 16;

  private static NetlinkRequest link(int type, int flags, int index) {
    return new NetlinkRequest(type, flags).u32(0).u32(index).u32(0).u32(0);
  }

  @Test
  void requestHasItsLengthAndAlignedAttributes() {
    var bytes =
        new NetlinkRequest(RTM_GETLINK, NetlinkRequest.ECHO)
            .u8(1)
            .u16(2)
            .attribute(5, new byte[] {9})
            .nested(6, inside -> inside.attribute(1, "ab").attribute(2, 7))
            .toBytes(NetlinkRequest.NLM_F_ACK, 3, 4);
    var expected = ByteBuffer.allocate(16 + 4 + 8 + 4 + 8 + 8).order(ByteOrder.nativeOrder());
    expected.putInt(48).putShort((short) 18).putShort((short) (8 | 4 | 1)).putInt(3).putInt(4);
    expected.put((byte) 1).putShort((short) 2).put((byte) 0);
    expected.putShort((short) 5).putShort((short) 5).put((byte) 9).put(new byte[3]);
    expected.putShort((short) 20).putShort((short) 0x8006);
    expected.putShort((short) 7).putShort((short) 1).put(new byte[] {'a', 'b', 0, 0});
    expected.putShort((short) 8).putShort((short) 2).putInt(7);
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(HexFormat.of().formatHex(expected.array()));
  }

  @Test
  void requestGrows() {
    var request = link(RTM_GETLINK, 0, 0);
    for (int i = 0; i < 100; i++) {
      request.attribute(i, new byte[100]);
    }
    var bytes = request.toBytes(0, 1, 1);
    assertThat(bytes).hasSize(16 + 16 + 100 * 104);
    var message = NetlinkSocket.parse(bytes).getFirst();
    assertThat(message.attributes(IFINFOMSG_SIZE).bytes(99)).hasSize(100);
    assertThat(message.type()).isEqualTo(RTM_GETLINK);
  }

  @Test
  void damagedMessagesAreReadAsFarAsTheyGo() {
    var bytes = link(RTM_GETLINK, 0, 0).attribute(1, "x").attribute(2, 7).toBytes(0, 1, 1);
    for (int length = 0; length < bytes.length; length++) {
      assertThat(NetlinkSocket.parse(java.util.Arrays.copyOf(bytes, length))).isEmpty();
    }
    for (int i = 0; i < bytes.length; i++) {
      for (var value : new byte[] {0, 1, 127, -1}) {
        var damaged = bytes.clone();
        damaged[i] = value;
        for (var message : NetlinkSocket.parse(damaged)) {
          var attributes = message.attributes(IFINFOMSG_SIZE);
          assertThat(attributes.u32(9)).isZero();
          attributes.text(1);
          attributes.nested(2).u8(1);
          message.i32(1000);
        }
      }
    }
  }

  @Test
  void everyDeviceIsInADump() {
    try (var socket = NetlinkSocket.open()) {
      for (int i = 0; i < 3; i++) {
        var reply = socket.dump(link(RTM_GETLINK, 0, 0));
        assertThat(reply.ok()).isTrue();
        assertThat(reply.messages()).allMatch(m -> m.type() == RTM_NEWLINK);
        assertThat(
                reply.messages().stream().map(m -> m.attributes(IFINFOMSG_SIZE).text(IFLA_IFNAME)))
            .contains("lo");
      }
    }
  }

  @Test
  void refusalHasTheKernelsWords() {
    try (var socket = NetlinkSocket.open()) {
      var control = new TrafficControl(socket);
      var reply =
          control.add(new TrafficControl.NewFilter(1, 0x7fff0000, 0, 0, -1, "x", true, false));
      assertThat(reply.ok()).isFalse();
      assertThat(reply.text()).isNotEmpty();
      assertThat(NetlinkRefusal.of("adding", "RTM_NEWTFILTER", reply, "because"))
          .hasMessageStartingWith("adding: RTM_NEWTFILTER: " + Errno.name(reply.errno()))
          .hasMessageContaining("the kernel says: " + reply.text())
          .hasMessageEndingWith(": because");
      // The socket is as good as before.
      assertThat(socket.request(link(RTM_GETLINK, 0, 1)).messages()).hasSize(1);
      assertThat(socket.request(link(RTM_GETLINK, 0, Integer.MAX_VALUE)).errno())
          .isEqualTo(Errno.ENODEV);
    }
  }

  @Test
  void whatIsThrownInAnotherNetworkNamespaceIsThrownHere() {
    var own = new Netns("/proc/thread-self/ns/net");
    assertThat(NetworkNamespace.in("test", own, () -> Thread.currentThread().getName()))
        .isEqualTo("ebpf4j-netns");
    assertThatThrownBy(() ->
            NetworkNamespace.in(
                "test",
                own,
                () -> {
                  throw new IllegalStateException("from there");
                }))
        .hasMessage("from there");
    try (var namespace = NetworkNamespace.open("test", own)) {
      Thread.currentThread().interrupt();
      assertThat(namespace.call(() -> 7)).isEqualTo(7);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /// One that is mounted has its path where others have what they are.
  @Test
  @Requires(Facility.IP)
  void namespacesWithNamesAreOpened() throws Exception {
    var name = "ebpf4j-named-" + ProcessHandle.current().pid();
    assertThat(new ProcessBuilder("ip", "netns", "add", name).start().waitFor()).isZero();
    try (var namespace = NetworkNamespace.open("a test", Netns.named(name))) {
      assertThat(NetworkNamespaces.all())
          .anySatisfy(n -> {
            assertThat(n.name()).isEqualTo(name);
            assertThat(n.inode()).isEqualTo(namespace.inode());
          });
    } finally {
      assertThat(new ProcessBuilder("ip", "netns", "del", name).start().waitFor()).isZero();
    }
  }
}
