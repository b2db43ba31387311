package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.CGROUP2)
class CgroupHooksTest {
  // The entries of the object's maps.
  private static final int INGRESS = 0;
  private static final int EGRESS = 1;
  private static final int EITHER = 2;
  private static final int SOCKETS = 3;
  private static final int DEVICES = 4;
  private static final int CONNECTIONS = 5;
  private static final int ESTABLISHED_HERE = 6;
  private static final int ESTABLISHED_BY_OTHERS = 7;

  private TestCgroup cgroup;
  private LoadedObject object;

  @BeforeEach
  void makeCgroup() throws IOException {
    object = LoadedObject.of("attach_cgroup");
    cgroup = TestCgroup.create();
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cgroup.close();
  }

  private LinuxLink attach(String program, AttachType type) {
    var link = object.program(program).attach(new Cgroup(cgroup.path(), type));
    assertThat(link.info()).hasSize(1);
    return link;
  }

  private void refuse(int which) {
    object.set("refusals", which, 1);
  }

  private void allow(int which) {
    object.set("refusals", which, 0);
  }

  private void succeeds(String command) throws Exception {
    var answer = cgroup.shell().run(command);
    assertThat(answer.status()).as("%s: %s", command, answer.output()).isZero();
  }

  private void isNotPermitted(String command) throws Exception {
    var answer = cgroup.shell().run(command);
    assertThat(answer.status()).as(command).isNotZero();
    assertThat(answer.output()).contains("Operation not permitted");
  }

  /// Packets between a socket of the process in the cgroup, its descriptor 3, and one of ours.
  private final class Packets implements AutoCloseable {
    private final DatagramChannel ours;
    private final SocketAddress theirs;

    Packets() throws Exception {
      ours = DatagramChannel.open(StandardProtocolFamily.INET);
      ours.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ours.configureBlocking(false);
      var port = ((InetSocketAddress) ours.getLocalAddress()).getPort();
      succeeds("exec 3<>/dev/udp/127.0.0.1/" + port);
      succeeds("echo hello >&3");
      var buffer = ByteBuffer.allocate(64);
      var from = new SocketAddress[1];
      Await.until("a packet", () -> (from[0] = ours.receive(buffer)) != null);
      theirs = from[0];
    }

    /// One byte: a shell that reads a byte of a packet loses the rest.
    void sendTo() throws IOException {
      ours.send(ByteBuffer.wrap("!".getBytes(StandardCharsets.US_ASCII)), theirs);
    }

    void arrivesThere() throws Exception {
      assertThat(cgroup.shell().run("read -t 60 -N 1 -u 3 got; echo $got").output()).isEqualTo("!");
    }

    void nothingArrivedThere() throws Exception {
      assertThat(cgroup.shell().run("read -t 0 -u 3").status()).isNotZero();
    }

    void arrivesHere() throws Exception {
      Await.until("a packet", () -> ours.receive(ByteBuffer.allocate(64)) != null);
    }

    @Override
    public void close() throws IOException {
      ours.close();
    }
  }

  private void ingress(String program, int which) throws Exception {
    try (var packets = new Packets()) {
      packets.sendTo();
      packets.arrivesThere();
      assertThat(object.count(which)).isZero();
      try (var _ = attach(program, AttachType.CGROUP_INET_INGRESS)) {
        packets.sendTo();
        packets.arrivesThere();
        assertThat(object.count(which)).isEqualTo(1);
        refuse(which);
        packets.sendTo();
        Await.until("a drop", () -> object.count(which) == 2);
        packets.nothingArrivedThere();
      }
      packets.sendTo();
      packets.arrivesThere();
      packets.nothingArrivedThere();
      assertThat(object.count(which)).isEqualTo(2);
    }
  }

  private void egress(String program, int which) throws Exception {
    try (var packets = new Packets()) {
      assertThat(object.count(which)).isZero();
      try (var _ = attach(program, AttachType.CGROUP_INET_EGRESS)) {
        succeeds("echo hello >&3");
        packets.arrivesHere();
        assertThat(object.count(which)).isEqualTo(1);
        refuse(which);
        isNotPermitted("echo hello >&3");
        assertThat(object.count(which)).isEqualTo(2);
      }
      succeeds("echo hello >&3");
      packets.arrivesHere();
      assertThat(object.count(which)).isEqualTo(2);
    }
  }

  @Test
  @EffectOf("cgroup")
  void ingressProgramCountsAndDropsUntilClosed() throws Exception {
    ingress("ingress", INGRESS);
  }

  @Test
  @EffectOf("cgroup")
  void egressProgramCountsAndDropsUntilClosed() throws Exception {
    egress("egress", EGRESS);
  }

  @Test
  void programForEitherDirectionServesIngress() throws Exception {
    ingress("either", EITHER);
  }

  @Test
  void programForEitherDirectionServesEgress() throws Exception {
    egress("either", EITHER);
  }

  @Test
  @EffectOf("cgroup")
  void socketsAreRefusedUntilClosed() throws Exception {
    try (var _ = attach("sockets", AttachType.CGROUP_INET_SOCK_CREATE)) {
      succeeds("exec 4<>/dev/udp/127.0.0.1/4242");
      assertThat(object.count(SOCKETS)).isEqualTo(1);
      refuse(SOCKETS);
      isNotPermitted("exec 4<>/dev/udp/127.0.0.1/4242");
    }
    var before = object.count(SOCKETS);
    assertThat(before).isGreaterThan(1);
    succeeds("exec 4<>/dev/udp/127.0.0.1/4242");
    assertThat(object.count(SOCKETS)).isEqualTo(before);
  }

  @Test
  @EffectOf("cgroup")
  void deviceCannotBeOpenedUntilClosed() throws Exception {
    succeeds("exec 4</dev/full");
    refuse(DEVICES);
    try (var _ = attach("devices", AttachType.CGROUP_DEVICE)) {
      isNotPermitted("exec 4</dev/full");
      assertThat(object.count(DEVICES)).isPositive();
      succeeds("exec 4</dev/zero");
      allow(DEVICES);
      succeeds("exec 4</dev/full");
      refuse(DEVICES);
    }
    var before = object.count(DEVICES);
    succeeds("exec 4</dev/full");
    assertThat(object.count(DEVICES)).isEqualTo(before);
  }

  @Test
  @EffectOf("cgroup")
  void connectionsAreRefusedUntilClosed() throws Exception {
    try (var server = listen()) {
      var connect = "exec 4<>/dev/tcp/127.0.0.1/" + port(server);
      try (var _ = attach("connections", AttachType.CGROUP_INET4_CONNECT)) {
        succeeds(connect);
        assertThat(object.count(CONNECTIONS)).isEqualTo(1);
        refuse(CONNECTIONS);
        isNotPermitted(connect);
      }
      var before = object.count(CONNECTIONS);
      assertThat(before).isGreaterThan(1);
      succeeds(connect);
      assertThat(object.count(CONNECTIONS)).isEqualTo(before);
    }
  }

  @Test
  @EffectOf("cgroup")
  void establishedConnectionsAreCountedUntilClosed() throws Exception {
    try (var server = listen()) {
      var connect = "exec 4<>/dev/tcp/127.0.0.1/" + port(server);
      try (var _ = attach("established", AttachType.CGROUP_SOCK_OPS)) {
        succeeds(connect);
        succeeds(connect);
        assertThat(object.count(ESTABLISHED_HERE)).isEqualTo(2);
        // The socket that listens is outside the cgroup.
        assertThat(object.count(ESTABLISHED_BY_OTHERS)).isZero();
      }
      succeeds(connect);
      assertThat(object.count(ESTABLISHED_HERE)).isEqualTo(2);
    }
  }

  /// Whichever refuses wins, and the others run all the same.
  @Test
  void severalProgramsShareAHook() throws Exception {
    try (var packets = new Packets();
        var _ = attach("egress", AttachType.CGROUP_INET_EGRESS);
        var _ = attach("either", AttachType.CGROUP_INET_EGRESS)) {
      succeeds("echo hello >&3");
      packets.arrivesHere();
      refuse(EGRESS);
      isNotPermitted("echo hello >&3");
      assertThat(object.count(EGRESS)).isEqualTo(2);
      assertThat(object.count(EITHER)).isEqualTo(2);
    }
  }

  @Test
  void placesThatAreNoCgroupAreRefused() {
    assertThatThrownBy(() ->
            object
                .program("egress")
                .attach(new Cgroup(Path.of("/proc"), AttachType.CGROUP_INET_EGRESS)))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("/proc is not a cgroup of version 2");
    assertThatThrownBy(() ->
            object
                .program("egress")
                .attach(new Cgroup(cgroup.path().resolve("none"), AttachType.CGROUP_INET_EGRESS)))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("no cgroup at");
  }

  private static ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static int port(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }
}
