package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.attach.FilterChild.Work;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a process leaves that is killed, where the kernel has no links.
@KernelTest
@Requires({Facility.IP, Facility.TC})
class LeftoversTest {
  /// A program of the older kind, as `tc` takes it: one instruction, which returns 0.
  private static final String PASS = "1,6 0 0 0";

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

  private String ingress() throws Exception {
    return cable.far().run("tc", "filter", "show", "dev", "far0", "ingress");
  }

  private String disciplines() throws Exception {
    return cable.far().run("tc", "qdisc", "show", "dev", "far0");
  }

  private String routes() throws Exception {
    return cable.far().run("ip", "route", "show");
  }

  private void attachAndClose() throws Exception {
    try (var _ = object.program("watch").attach(Tc.egress("far0").in(cable.farNetns()))) {
      assertThat(disciplines()).contains("clsact");
    }
    try (var lwt = LoadedObject.of("attach/lwt");
        var _ = lwt.program("xmit").attach(Lwt.on("10.21.0.0/16", "far0").in(cable.farNetns()))) {
      assertThat(routes()).contains("10.21.0.0/16");
    }
  }

  @Test
  void nextThatAttachesRemovesWhatAKilledOneLeft() throws Exception {
    try (var child = FilterChild.start(cable.farNetns())) {
      child.kill();
    }
    assertThat(ingress()).contains("drop@ebpf4j:");
    assertThat(routes()).contains("10.20.0.0/16");
    cable.send("dropped by what is left");

    attachAndClose();

    assertThat(ingress()).isEmpty();
    assertThat(disciplines()).doesNotContain("clsact");
    assertThat(routes()).doesNotContain("10.20.0.0/16").doesNotContain("10.21.0.0/16");
    cable.passes("free again");
  }

  @Test
  void whatALiveOneHasStays() throws Exception {
    try (var _ = FilterChild.start(cable.farNetns())) {
      attachAndClose();

      assertThat(ingress()).contains("drop@ebpf4j:");
      assertThat(disciplines()).contains("clsact");
      assertThat(routes()).contains("10.20.0.0/16");
    }
  }

  @Test
  void whatOthersAddedMeanwhileStays() throws Exception {
    try (var child = FilterChild.start(cable.farNetns())) {
      child.kill();
    }
    cable
        .far()
        .run("tc", "filter", "add", "dev", "far0", "ingress", "prio", "9", "bpf", "bytecode", PASS);
    cable.far().ip("route", "add", "10.22.0.0/16", "dev", "far0");

    attachAndClose();

    assertThat(ingress()).contains("pref 9 bpf").doesNotContain("ebpf4j");
    assertThat(disciplines()).contains("clsact");
    assertThat(routes()).contains("10.22.0.0/16").doesNotContain("10.20.0.0/16");
  }

  private int xdp() {
    try (var kernel = LinuxKernel.open()) {
      return kernel.xdp("far0", cable.farNetns()).programs().size();
    }
  }

  private static int programs(TestCgroup cgroup) {
    var directory = FileIo.openDirectory(cgroup.path().toString());
    try (var fd = directory.fd()) {
      var type = AttachType.CGROUP_INET_EGRESS.number();
      return LinkCalls.query(fd.number(), type, false).programs().length;
    }
  }

  private void attachProgramsAndClose(TestCgroup cgroup) {
    try (var xdp = LoadedObject.of("attach_xdp");
        var groups = LoadedObject.of("attach_cgroup")) {
      // By netlink as well as by a link.
      for (var point : List.of(Xdp.on("far0").byNetlink(), Xdp.on("far0"))) {
        xdp.program("drop_port").attach(point.in(cable.farNetns())).close();
      }
      var egress = new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS);
      groups.program("egress").attach(egress).close();
    }
  }

  @Test
  @Requires(Facility.CGROUP2)
  @RequiresKernel(value = "5.10", because = "programs that keep a map")
  void programsThatAKilledOneLeftAreTakenOff() throws Exception {
    try (var cgroup = TestCgroup.create()) {
      try (var child = FilterChild.start(cable.farNetns(), Work.PROGRAMS, cgroup.path())) {
        child.kill();
      }
      assertThat(xdp()).isEqualTo(1);
      assertThat(programs(cgroup)).isEqualTo(1);

      attachProgramsAndClose(cgroup);

      assertThat(xdp()).isZero();
      Await.until("nothing on the cgroup", () -> programs(cgroup) == 0);
    }
  }

  @Test
  @Requires(Facility.CGROUP2)
  void programsOfALiveOneStay() throws Exception {
    try (var cgroup = TestCgroup.create();
        var _ = FilterChild.start(cable.farNetns(), Work.PROGRAMS, cgroup.path())) {
      assertThatThrownBy(() -> attachProgramsAndClose(cgroup))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("far0 has an XDP program already");
      try (var groups = LoadedObject.of("attach_cgroup")) {
        var egress = new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS);
        groups.program("either").attach(egress).close();
      }
      assertThat(xdp()).isEqualTo(1);
      Await.until("the child's on the cgroup", () -> programs(cgroup) == 1);
    }
  }

  /// What `disconnect()` left on its hook is nobody's leftover.
  @Test
  @Requires(Facility.CGROUP2)
  void whatIsToStayStays() throws Exception {
    try (var cgroup = TestCgroup.create()) {
      try (var child = FilterChild.start(cable.farNetns(), Work.LEFT, cgroup.path())) {
        child.kill();
      }
      attachAndClose();
      try (var groups = LoadedObject.of("attach_cgroup")) {
        var egress = new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS);
        groups.program("either").attach(egress).close();
      }
      assertThatThrownBy(() -> attachProgramsAndClose(cgroup)).isInstanceOf(KernelException.class);

      assertThat(ingress()).contains("drop").doesNotContain("ebpf4j");
      assertThat(disciplines()).contains("clsact");
      assertThat(routes()).contains("10.20.0.0/16");
      assertThat(xdp()).isEqualTo(1);
      Await.until("the program that stays", () -> programs(cgroup) == 1);
    }
  }
}
