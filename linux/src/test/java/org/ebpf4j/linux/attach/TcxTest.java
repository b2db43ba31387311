package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Order;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.IP)
class TcxTest {
  private static final String TCX = "6.6";

  private Cable cable;
  private LoadedObject object;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    object = LoadedObject.of("attach/tc");
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cable.close();
  }

  private LinuxLink attach(String program, AttachPoint point) {
    return object.program(program).attach(point);
  }

  private Tcx ingress() {
    return Tcx.ingress("far0").in(cable.farNetns());
  }

  private LinkCalls.Attached attached(Tcx point) throws Exception {
    return cable
        .far()
        .call(() ->
            LinkCalls.query(Sockets.deviceIndex(point.device()), point.type().number(), false));
  }

  private List<Integer> programs(Tcx point) throws Exception {
    return java.util.Arrays.stream(attached(point).programs()).boxed().toList();
  }

  private int id(String program) {
    return object.program(program).id();
  }

  @Test
  @EffectOf("tcx")
  @RequiresKernel(value = TCX, because = "tcx")
  void dropsWhatArrivesUntilClosed() throws Exception {
    cable.dropsUntilClosed(object, 0, () -> attach("drop", ingress()));
    assertThat(programs(ingress())).isEmpty();
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void dropsWhatLeavesUntilClosed() throws Exception {
    var egress = Tcx.egress("near0").in(cable.nearNetns());
    cable.dropsUntilClosed(object, 0, () -> attach("drop", egress));
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void deviceOfTheCallingThreadsNetworkNamespaceNeedsNoName() throws Exception {
    cable.dropsUntilClosed(
        object, 0, () -> cable.far().call(() -> attach("drop", Tcx.ingress("far0"))));
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void sectionsSayWhichWay() throws Exception {
    try (var both = LoadedObject.of("attach/tcx");
        var _ = both.program("in").attach(ingress());
        var _ = both.program("out").attach(Tcx.egress("far0").in(cable.farNetns()))) {
      cable.passes("counted");
      Await.until("a packet that arrives", () -> both.count(0) > 0);
      cable
          .far()
          .call(() ->
              cable
                  .receiver()
                  .send(
                      java.nio.ByteBuffer.allocate(1),
                      new java.net.InetSocketAddress("10.11.12.1", 9)));
      Await.until("a packet that leaves", () -> both.count(1) > 0);
    }
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void programsRunInTheOrderThatIsAskedFor() throws Exception {
    try (var drop = attach("drop", ingress());
        var _ = attach("watch", ingress())) {
      assertThat(programs(ingress())).containsExactly(id("drop"), id("watch"));
      cable.send("dropped first");
      Await.until("a drop", () -> object.count(0) == 1);
      try (var _ = attach("watch_too", ingress().with(Order.HEAD))) {
        assertThat(programs(ingress())).containsExactly(id("watch_too"), id("drop"), id("watch"));
        cable.send("seen, then dropped");
        Await.until("a drop", () -> object.count(0) == 2);
        assertThat(object.count(2)).isEqualTo(1);
        assertThat(object.count(1)).isZero();
      }
      for (var order :
          List.of(Order.beforeProgram(id("drop")), Order.beforeLink(drop.ids().getFirst()))) {
        try (var _ = attach("watch_too", ingress().with(order))) {
          assertThat(programs(ingress())).containsExactly(id("watch_too"), id("drop"), id("watch"));
        }
      }
      for (var order :
          List.of(Order.afterProgram(id("drop")), Order.afterLink(drop.ids().getFirst()))) {
        try (var _ = attach("watch_too", ingress().with(order))) {
          assertThat(programs(ingress())).containsExactly(id("drop"), id("watch_too"), id("watch"));
        }
      }
      try (var _ = attach("watch_too", ingress().with(Order.TAIL))) {
        assertThat(programs(ingress())).containsExactly(id("drop"), id("watch"), id("watch_too"));
      }
    }
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void revisionThatIsNotTheHooksIsRefused() throws Exception {
    try (var _ = attach("watch", ingress())) {
      var revision = attached(ingress()).revision();
      assertThatThrownBy(() ->
              attach("drop", ingress().with(Order.DEFAULT.withRevision(revision + 1))).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the programs there have changed");
      attach("drop", ingress().with(Order.HEAD.withRevision(revision))).close();
    }
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void programWithoutALinkIsReplacedAndTakenOff() throws Exception {
    var index = cable.far().call(() -> Sockets.deviceIndex("far0"));
    var other = object.program("watch");
    cable
        .far()
        .call(() ->
            org.ebpf4j.linux.internal.sys.Bpf.progAttach(
                index, other.fd(), ingress().type().number(), 0));
    assertThat(programs(ingress())).containsExactly(id("watch"));
    try (var link = attach("drop", ingress().with(Order.replacing(id("watch"))))) {
      assertThat(programs(ingress())).containsExactly(id("drop"));
      assertThat(link.ids()).isEmpty();
      link.update(object.program("watch_too"));
      assertThat(programs(ingress())).containsExactly(id("watch_too"));
      link.update(object.program("drop"), object.program("watch_too"));
      assertThat(programs(ingress())).containsExactly(id("drop"));
      assertThatThrownBy(() -> link.update(other, object.program("watch_too")))
          .isInstanceOf(KernelException.class);
    }
    assertThat(programs(ingress())).isEmpty();
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void refusalsSayWhy() throws Exception {
    try (var drop = attach("drop", ingress())) {
      assertThatThrownBy(() -> attach("drop", ingress()).close())
          .hasMessageContaining("attached there already");
      assertThatThrownBy(() -> attach("watch", ingress().with(Order.replacing(id("drop")))).close())
          .hasMessageContaining("which its owner updates");
      assertThatThrownBy(
              () -> attach("watch", ingress().with(Order.beforeProgram(id("watch_too")))).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("program " + id("watch_too") + " is not attached there");
      assertThat(drop.isAttached()).isTrue();
      assertThat(programs(ingress())).containsExactly(id("drop"));
    }
    assertThatThrownBy(() -> attach("drop", Tcx.ingress("far1").in(cable.farNetns())).close())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("far0");
  }

  @Test
  @RequiresKernel(value = TCX, because = "tcx")
  void linkIsUpdatedInPlace() throws Exception {
    try (var link = attach("drop", ingress())) {
      link.update(object.program("watch"));
      cable.passes("seen");
      assertThat(object.count(1)).isEqualTo(1);
      assertThat(object.count(0)).isZero();
    }
  }

  @Test
  void networkNamespaceThatIsNoneIsNamed() {
    assertThatThrownBy(() -> attach("drop", Tcx.ingress("far0").in(new Netns("/run/netns/none"))))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no network namespace at /run/netns/none");
    assertThatThrownBy(() -> attach("drop", Tcx.ingress("far0").in(new Netns("/proc/self/ns/mnt"))))
        .hasMessageContaining("/proc/self/ns/mnt is no network namespace");
  }

  @Test
  void kernelWithoutTcxIsToldOf() throws Exception {
    var index = cable.far().call(() -> Sockets.deviceIndex("far0"));
    if (LinkCalls.query(index, ingress().type().number(), false).errno() == Errno.EINVAL) {
      assertThatThrownBy(() -> attach("drop", ingress()).close())
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("this kernel has no tcx (since 6.6)")
          .hasMessageContaining("tc:far0");
    }
  }
}
