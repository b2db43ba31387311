package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.IP)
class LwtTest {
  private Cable cable;
  private LoadedObject object;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    object = LoadedObject.of("attach/lwt");
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cable.close();
  }

  private LinuxLink attach(String program, Lwt point) {
    return object.program(program).attach(point);
  }

  private Lwt near(String prefix) {
    return Lwt.on(prefix, "near0").in(cable.nearNetns());
  }

  /// A packet from the near end; whether it was sent does not matter, as programs may drop it.
  private void send(String address) throws Exception {
    try (var sender = cable.near().call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
      sender.send(ByteBuffer.allocate(1), new InetSocketAddress(address, 4242));
    } catch (java.io.IOException _) {
      // Dropped by the program, which the sender is told.
    }
  }

  private String routes() throws Exception {
    return cable.near().run("ip", "-4", "route", "show", "table", "all");
  }

  @Test
  @EffectOf("lwt")
  void packetsOfTheRouteAreDroppedUntilClosed() throws Exception {
    var before = routes();
    try (var _ = attach("xmit", near("10.20.0.0/16").via("10.11.12.2").withHeadroom(32))) {
      assertThat(routes()).contains("10.20.0.0/16").contains("via 10.11.12.2");
      send("10.20.0.1");
      Await.until("a packet of xmit", () -> object.count(2) > 0);
    }
    try (var _ = attach("out", near("10.20.0.0/16").inTable(254))) {
      send("10.20.0.1");
      Await.until("a packet of out", () -> object.count(1) > 0);
    }
    assertThat(routes()).isEqualTo(before);
    // A more general route takes them now, and nobody counts.
    cable.near().ip("route", "add", "10.0.0.0/8", "dev", "near0");
    var seen = object.count(1) + object.count(2);
    send("10.20.0.1");
    assertThat(object.count(1) + object.count(2)).isEqualTo(seen);
  }

  /// Packets that arrive and are to be forwarded by the route.
  @Test
  @EffectOf("lwt")
  void packetsThatArriveByTheRouteAreDroppedUntilClosed() throws Exception {
    cable.far().call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
    cable.near().ip("route", "add", "10.30.0.0/16", "via", "10.11.12.2");
    try (var _ =
        attach("in", Lwt.on("10.30.0.0/16", "far0").via("10.11.12.1").in(cable.farNetns()))) {
      send("10.30.0.1");
      Await.until("a packet of in", () -> object.count(0) > 0);
    }
    assertThat(cable.far().run("ip", "route", "show")).doesNotContain("10.30.0.0");
  }

  @Test
  @EffectOf("lwt")
  void segmentsOfTheRouteAreDroppedUntilClosed() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/sys/net/ipv6/conf/all/seg6_enabled")),
        "the kernel has no segment routing");
    cable.near().ip("-6", "addr", "add", "fd11::1/64", "dev", "near0", "nodad");
    cable.far().ip("-6", "addr", "add", "fd11::2/64", "dev", "far0", "nodad");
    for (var device : new String[] {"all", "far0"}) {
      cable
          .far()
          .call(() ->
              Files.writeString(
                  Path.of("/proc/sys/net/ipv6/conf/" + device + "/seg6_enabled"), "1"));
    }
    try {
      cable
          .near()
          .ip(
              "-6",
              "route",
              "add",
              "fd22::/64",
              "encap",
              "seg6",
              "mode",
              "encap",
              "segs",
              "fd33::1,fd44::1",
              "dev",
              "near0");
    } catch (java.io.IOException e) {
      Assumptions.abort("the kernel makes no routes with segments: " + e.getMessage());
    }
    cable.near().ip("-6", "route", "add", "fd33::/64", "via", "fd11::2");
    cable
        .far()
        .call(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1"));
    try (var _ = attach("segment", Lwt.on("fd33::1/128", "far0").in(cable.farNetns()));
        var sender = cable.near().call(() -> DatagramChannel.open(StandardProtocolFamily.INET6))) {
      Await.until(
          "a packet of segment",
          () -> {
            sender.send(ByteBuffer.allocate(1), new InetSocketAddress("fd22::1", 4242));
            return object.count(3) > 0;
          });
    }
    assertThat(cable.far().run("ip", "-6", "route", "show", "table", "all"))
        .doesNotContain("fd33::1");
  }

  @Test
  void routesOfTheSixthVersionComeAndGo() throws Exception {
    cable.near().ip("-6", "addr", "add", "fd11::1/64", "dev", "near0", "nodad");
    try (var other = LoadedObject.of("attach/lwt");
        var link = attach("out", near("fd55::/64").via("fd11::2"));
        var _ = attach("out", near("fd55::/64").withMetric(7).inTable(100))) {
      assertThat(routesOfTheSixthVersion()).contains("fd55::/64").contains("metric 7");
      link.update(other.program("out"));
      try (var sender =
          cable.near().call(() -> DatagramChannel.open(StandardProtocolFamily.INET6))) {
        Await.until(
            "a packet",
            () -> {
              try {
                sender.send(ByteBuffer.allocate(1), new InetSocketAddress("fd55::1", 4242));
              } catch (java.io.IOException _) {
                // Dropped by the program, which the sender is told.
              }
              return other.count(1) > 0;
            });
      }
      assertThat(object.count(1)).isZero();
    }
    assertThat(routesOfTheSixthVersion()).doesNotContain("fd55::");
  }

  private String routesOfTheSixthVersion() throws Exception {
    return cable.near().run("ip", "-6", "route", "show", "table", "all");
  }

  @Test
  void routeThatIsThereStays() throws Exception {
    cable.near().ip("route", "add", "10.20.0.0/16", "dev", "near0");
    var before = routes();
    assertThatThrownBy(() -> attach("xmit", near("10.20.0.0/16")).close())
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("RTM_NEWROUTE: EEXIST")
        .hasMessageContaining("try: another metric or table");
    try (var _ = attach("xmit", near("10.20.0.0/16").withMetric(5))) {
      assertThat(routes()).contains("metric 5");
    }
    assertThat(routes()).isEqualTo(before);
  }

  @Test
  void programIsExchangedInPlace() throws Exception {
    try (var other = LoadedObject.of("attach/lwt");
        var link = attach("xmit", near("10.20.0.0/16").via("10.11.12.2"))) {
      link.update(other.program("xmit"));
      send("10.20.0.1");
      Await.until("a packet", () -> other.count(2) > 0);
      assertThat(object.count(2)).isZero();
    }
    assertThat(routes()).doesNotContain("10.20.0.0");
  }

  @Test
  void deviceThatIsTakenAwayTakesTheRouteWithIt() throws Exception {
    try (var link = attach("xmit", near("10.20.0.0/16"))) {
      cable.near().ip("link", "del", "near0");
      assertThat(link.isOpen()).isTrue();
    }
  }
}
