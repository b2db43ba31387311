package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.Callable;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netkit;
import org.ebpf4j.attach.Order;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.netlink.NetlinkReply;
import org.ebpf4j.linux.internal.netlink.NetlinkRequest;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.IP)
@RequiresKernel(value = "6.7", because = "netkit")
class NetkitTest {
  private static final String PRIMARY = "10.13.0.1";
  private static final String PEER = "10.13.0.2";

  private NetworkNamespace near;
  private NetworkNamespace far;
  private LoadedObject object;

  @BeforeEach
  void open() throws Exception {
    near = NetworkNamespace.create();
    far = NetworkNamespace.create();
    object = LoadedObject.of("attach/netkit");
    var made = near.call(NetkitTest::makePair);
    Assumptions.assumeTrue(made.ok(), "no netkit devices can be made: " + made);
    near.ip("link", "set", "nk1", "netns", far.path().toString());
    near.ip("addr", "add", PRIMARY + "/24", "dev", "nk0");
    far.ip("addr", "add", PEER + "/24", "dev", "nk1");
    near.ip("link", "set", "nk0", "up");
    far.ip("link", "set", "nk1", "up");
  }

  @AfterEach
  void close() {
    object.close();
    near.close();
    far.close();
  }

  /// `ip` may be too old to make them.
  private static NetlinkReply makePair() {
    // include/uapi/linux/if_link.h: RTM_NEWLINK, IFLA_IFNAME, IFLA_LINKINFO and what is in it
    var request =
        new NetlinkRequest(16, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE)
            .u32(0)
            .u32(0)
            .u32(0)
            .u32(0)
            .attribute(3, "nk0")
            .nested(
                18,
                info ->
                    info.attribute(1, "netkit")
                        .nested(
                            2,
                            data ->
                                data.nested(
                                    1,
                                    peer -> peer.u32(0).u32(0).u32(0).u32(0).attribute(3, "nk1"))));
    try (var socket = NetlinkSocket.open()) {
      return socket.request(request);
    }
  }

  private interface Exchange {
    /// @param send sends a packet, which may be refused
    /// @param receive whether one has arrived
    void run(Callable<?> send, Callable<Boolean> receive) throws Exception;
  }

  private static void between(
      NetworkNamespace from, NetworkNamespace to, String address, Exchange exchange)
      throws Exception {
    var target = new InetSocketAddress(address, 4242);
    try (var receiver =
            to.call(() -> DatagramChannel.open(StandardProtocolFamily.INET).bind(target));
        var sender = from.call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
      receiver.configureBlocking(false);
      exchange.run(
          () -> {
            try {
              return sender.send(ByteBuffer.allocate(1), target);
            } catch (IOException _) {
              return 0;
            }
          },
          () -> receiver.receive(ByteBuffer.allocate(8)) != null);
    }
  }

  /// Packets get through, as soon as the devices are ready.
  private static void passes(NetworkNamespace from, NetworkNamespace to, String address)
      throws Exception {
    between(
        from,
        to,
        address,
        (send, receive) ->
            Await.until(
                "a packet to " + address,
                () -> {
                  send.call();
                  return receive.call();
                }));
  }

  /// A packet is counted by the program that drops it, and does not arrive.
  private static void isDropped(
      NetworkNamespace from, NetworkNamespace to, String address, LoadedObject by, int index)
      throws Exception {
    between(
        from,
        to,
        address,
        (send, receive) -> {
          var before = by.count(index);
          send.call();
          Await.until("a drop", () -> by.count(index) > before);
          assertThat(receive.call()).isFalse();
        });
  }

  @Test
  @EffectOf("netkit")
  void dropsWhatEachDeviceSendsUntilClosed() throws Exception {
    passes(near, far, PEER);
    passes(far, near, PRIMARY);
    try (var link = near.call(() -> object.program("primary").attach(Netkit.primary("nk0")))) {
      assertThat(((LinkInfo.Netkit) link.info().getFirst()).device().name()).isEqualTo("nk0");
      isDropped(near, far, PEER, object, 0);
    }
    try (var link = near.call(() -> object.program("peer").attach(Netkit.peer("nk0")))) {
      assertThat(link.info())
          .singleElement()
          .isInstanceOfSatisfying(
              LinkInfo.Netkit.class,
              info -> {
                assertThat(info.attachType()).contains(AttachType.NETKIT_PEER);
                assertThat(info.device().name()).isEqualTo("nk1");
              });
      isDropped(far, near, PRIMARY, object, 1);
    }
    passes(near, far, PEER);
    passes(far, near, PRIMARY);
  }

  @Test
  void refusalsSayWhy() throws Exception {
    near.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
    assertThatThrownBy(
            () -> near.call(() -> object.program("primary").attach(Netkit.primary("v0"))).close())
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("v0 is no netkit device");
    assertThatThrownBy(
            () -> far.call(() -> object.program("primary").attach(Netkit.primary("nk1"))).close())
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("nk1 is the peer");
  }

  @Test
  void whoHasTheHookIsNamed() throws Exception {
    try (var other = LoadedObject.of("attach/netkit");
        var link = near.call(() -> object.program("primary").attach(Netkit.primary("nk0")))) {
      var program = object.program("primary").id();
      assertThatThrownBy(() ->
              near.call(() ->
                      other
                          .program("primary")
                          .attach(Netkit.primary("nk0").with(Order.replacing(program))))
                  .close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("EBUSY")
          .hasMessageContaining(
              "program "
                  + program
                  + " is that of a link, which its owner updates: program "
                  + program
                  + " 'primary' (sched_cls), by link "
                  + link.ids().getFirst()
                  + " of process "
                  + ProcessHandle.current().pid());
      assertThatThrownBy(() ->
              near.call(() -> object.program("primary").attach(Netkit.primary("nk0"))).close())
          .hasMessageContaining("this program is attached there already");
    }
  }

  @Test
  void programsHaveAnOrder() throws Exception {
    try (var other = LoadedObject.of("attach/netkit");
        var _ = near.call(() -> object.program("primary").attach(Netkit.primary("nk0")));
        var _ =
            near.call(
                () -> other.program("primary").attach(Netkit.primary("nk0").with(Order.HEAD)))) {
      isDropped(near, far, PEER, other, 0);
      assertThat(object.count(0)).isZero();
    }
  }
}
