package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netfilter.Family;
import org.ebpf4j.attach.Netfilter.Hook;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.inspect.DeviceInfo;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.NetnsInfo;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the kernel says of links of the network, as records, held against what bpftool prints in
/// the network namespace of the link.
@KernelTest
@Requires(Facility.IP)
class NetworkLinkInfoTest {
  private Cable cable;

  @BeforeEach
  void lay() throws Exception {
    cable = Cable.lay();
  }

  @AfterEach
  void close() throws Exception {
    cable.close();
  }

  private long inode() throws Exception {
    return cable
        .far()
        .call(() -> {
          var identity = Files.readSymbolicLink(java.nio.file.Path.of("/proc/thread-self/ns/net"));
          return Long.parseLong(identity.toString().replaceAll("[^0-9]", ""));
        });
  }

  private <T extends LinkInfo> T only(LinuxLink link, Class<T> kind) throws Exception {
    var info = kind.cast(link.info().getFirst());
    assertThat(LinuxKernel.open().links()).contains(info);
    BpftoolLink.compare(info, cable.far()::run);
    return info;
  }

  /// The device is another one in this test's own namespace, or none.
  private void isFarEnd(DeviceInfo device) throws Exception {
    assertThat(device.name()).isEqualTo("far0");
    assertThat(device.index()).isPositive();
    assertThat(device.netns().inode()).isEqualTo(inode());
    assertThat(LinuxKernel.open().xdp(device.name(), device.netns().netns()).device())
        .isEqualTo(device.index());
  }

  @Test
  @RequiresKernel(value = "5.9", because = "XDP links")
  void xdp() throws Exception {
    try (var object = LoadedObject.of("attach_xdp");
        var link = object.program("drop_port").attach(Xdp.on("far0").in(cable.farNetns()))) {
      isFarEnd(only(link, LinkInfo.Xdp.class).device());
      link.detach();
      assertThat(((LinkInfo.Xdp) link.info().getFirst()).device()).isEqualTo(DeviceInfo.NONE);
    }
  }

  @Test
  @RequiresKernel(value = "5.9", because = "XDP links")
  @SuppressWarnings("try") // What closing does is what is looked at.
  void devicesThatCannotBeToldApartHaveNoName() throws Exception {
    try (var other = Cable.lay();
        var object = LoadedObject.of("attach_xdp");
        var first = object.program("drop_port").attach(Xdp.on("far0").in(cable.farNetns()));
        var second = object.program("drop_port").attach(Xdp.on("far0").in(other.farNetns()))) {
      var one = ((LinkInfo.Xdp) first.info().getFirst()).device();
      var two = ((LinkInfo.Xdp) second.info().getFirst()).device();
      assertThat(one.index()).isEqualTo(two.index());
      assertThat(one).isEqualTo(DeviceInfo.unknown(one.index()));
      second.close();
      isFarEnd(((LinkInfo.Xdp) first.info().getFirst()).device());
    }
  }

  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void tcx() throws Exception {
    try (var other = Cable.lay();
        var object = LoadedObject.of("attach/tc");
        var link = object.program("watch").attach(Tcx.ingress("far0").in(cable.farNetns()));
        var elsewhere = object.program("watch").attach(Tcx.ingress("far0").in(other.farNetns()))) {
      var info = only(link, LinkInfo.Tcx.class);
      isFarEnd(info.device());
      assertThat(info.attachType()).contains(AttachType.TCX_INGRESS);
      assertThat(info.attachTypeLabel()).isEqualTo("tcx_ingress");
      // Here the kernel says which link is where.
      assertThat(((LinkInfo.Tcx) elsewhere.info().getFirst()).device().netns())
          .isNotEqualTo(info.device().netns());
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "netfilter links")
  void netfilter() throws Exception {
    var point = Netfilter.of(Family.IPV6, Hook.FORWARD).withPriority(-7).in(cable.farNetns());
    try (var object = LoadedObject.of("attach/netfilter");
        var link = object.program("pass").attach(point)) {
      var info = only(link, LinkInfo.Netfilter.class);
      assertThat(info.familyLabel()).isEqualTo("ipv6");
      assertThat(info.hookLabel()).isEqualTo("forward");
      assertThat(info.priority()).isEqualTo(-7);
      assertThat(info.isDefragmenting()).isFalse();
    }
  }

  @Test
  @RequiresKernel(value = "5.9", because = "sk_lookup")
  void lookupOfSockets() throws Exception {
    try (var object = LoadedObject.of("attach/sk_lookup");
        var link = object.program("refuse").attach(new SkLookup(cable.farNetns()))) {
      var info = only(link, LinkInfo.Netns.class);
      assertThat(info.attachType()).contains(AttachType.SK_LOOKUP);
      assertThat(info.netns().inode()).isEqualTo(inode());
      assertThat(info.netns().isReachable()).isTrue();
    }
  }

  @Test
  @RequiresKernel(value = "5.7", because = "links on network namespaces")
  void namespaceThatIsGone() throws Exception {
    try (var object = LoadedObject.of("attach/flow_dissector")) {
      LinuxLink link;
      try (var far = NetworkNamespace.create()) {
        link =
            object
                .program("dissect")
                .attach(new FlowDissector(new org.ebpf4j.attach.Netns(far.path().toString())));
        assertThat(((LinkInfo.Netns) link.info().getFirst()).netns().exists()).isTrue();
      }
      try (link) {
        Await.until(
            "the namespace to go",
            () -> ((LinkInfo.Netns) link.info().getFirst()).netns().equals(NetnsInfo.NONE));
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.7", because = "links on cgroups")
  @Requires(Facility.CGROUP2)
  void cgroup() throws Exception {
    try (var object = LoadedObject.of("attach_cgroup");
        var cgroup = TestCgroup.create();
        var link =
            object
                .program("egress")
                .attach(new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS))) {
      var info = only(link, LinkInfo.Cgroup.class);
      assertThat(info.path()).isEqualTo(cgroup.path().toString());
      assertThat(info.cgroup()).isEqualTo(Files.getAttribute(cgroup.path(), "unix:ino"));
      assertThat(info.attachType()).contains(AttachType.CGROUP_INET_EGRESS);
    }
  }
}
