package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Ours and those of `tc` and `bpftool` on one device.
@KernelTest
@Requires({Facility.IP, Facility.TC, Facility.BPFTOOL})
class BesideToolsTest {
  private static final String PASS = "1,6 0 0 0";
  private static final int ROUNDS = 10;

  private Cable cable;
  private LoadedObject object;
  private LoadedObject theirs;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    object = LoadedObject.of("attach/tc");
    theirs = LoadedObject.of("attach_xdp");
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    theirs.close();
    cable.close();
  }

  private void addTheirs() throws Exception {
    cable.far().run("tc", "qdisc", "replace", "dev", "far0", "clsact");
    cable
        .far()
        .run(
            "tc",
            "filter",
            "add",
            "dev",
            "far0",
            "ingress",
            "prio",
            "9",
            "handle",
            "7",
            "bpf",
            "bytecode",
            PASS);
    cable
        .far()
        .run(
            "bpftool",
            "net",
            "attach",
            "xdpgeneric",
            "id",
            "" + theirs.program("drop_port").id(),
            "dev",
            "far0");
  }

  private void removeTheirs() throws Exception {
    cable.far().run("tc", "filter", "del", "dev", "far0", "ingress", "prio", "9");
    cable.far().run("bpftool", "net", "detach", "xdpgeneric", "dev", "far0");
  }

  private String filters() throws Exception {
    return cable.far().run("tc", "filter", "show", "dev", "far0", "ingress");
  }

  private void theirsAreThere() throws Exception {
    assertThat(filters()).contains("pref 9 bpf chain 0 handle 0x7");
    assertThat(cable.far().run("ip", "link", "show", "far0"))
        .contains("prog/xdp id " + theirs.program("drop_port").id());
  }

  private boolean hasTcx() throws Exception {
    return cable
        .far()
        .call(() ->
            LinkCalls.query(Sockets.deviceIndex("far0"), Tcx.ingress("far0").type().number(), false)
                    .errno()
                == 0);
  }

  private List<AttachPoint> ours() throws Exception {
    var points = new ArrayList<AttachPoint>();
    points.add(Tc.ingress("far0").in(cable.farNetns()));
    points.add(Tc.egress("far0").withPriority(9).in(cable.farNetns()));
    if (hasTcx()) {
      points.add(Tcx.ingress("far0").in(cable.farNetns()));
      points.add(Tcx.egress("far0").in(cable.farNetns()));
    }
    return points;
  }

  private List<LinuxLink> attachOurs() throws Exception {
    var links = new ArrayList<LinuxLink>();
    for (var point : ours()) {
      links.add(object.program("watch").attach(point));
    }
    return links;
  }

  private void oursAreThere(List<LinuxLink> links) throws Exception {
    assertThat(filters()).contains("watch@ebpf4j:");
    assertThat(links).allMatch(LinuxLink::isAttached);
  }

  @Test
  void oursComeAndGoBesideTheirs() throws Exception {
    addTheirs();
    for (int i = 0; i < ROUNDS; i++) {
      var links = attachOurs();
      oursAreThere(links);
      theirsAreThere();
      // In the order of their coming, and the other way round.
      for (var link : i % 2 == 0 ? links : links.reversed()) {
        link.close();
      }
      theirsAreThere();
      assertThat(filters()).doesNotContain("ebpf4j");
    }
    assertThat(cable.far().run("tc", "qdisc", "show", "dev", "far0")).contains("clsact");
  }

  @Test
  void theirsComeAndGoBesideOurs() throws Exception {
    var links = attachOurs();
    for (int i = 0; i < ROUNDS; i++) {
      addTheirs();
      theirsAreThere();
      oursAreThere(links);
      removeTheirs();
      oursAreThere(links);
    }
    for (var link : links) {
      link.close();
    }
    assertThat(filters()).isEmpty();
    assertThat(cable.far().run("tc", "qdisc", "show", "dev", "far0")).doesNotContain("clsact");
  }
}
