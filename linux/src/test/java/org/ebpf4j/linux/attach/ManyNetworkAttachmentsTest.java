package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Attached and detached over and over by several threads at once: nothing stays.
@KernelTest
@Requires({Facility.IP, Facility.TC})
class ManyNetworkAttachmentsTest {
  private NetworkNamespace namespace;
  private Netns netns;

  @BeforeEach
  void open() throws Exception {
    namespace = NetworkNamespace.create();
    netns = new Netns(namespace.path().toString());
    for (int i = 0; i < ManyRounds.THREADS; i++) {
      namespace.ip("link", "add", "v" + i, "type", "veth", "peer", "name", "w" + i);
    }
  }

  @AfterEach
  void close() {
    namespace.close();
  }

  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void tcxOfOneDevice() throws Exception {
    try (var object = LoadedObject.of("attach/tc");
        var other = LoadedObject.of("attach/tc")) {
      // A program is once on a hook: eight threads have three programs twice, on two hooks.
      var programs = List.of("drop", "watch", "watch_too", "classify");
      ManyRounds.of(thread -> {
        var program = (thread % 2 == 0 ? object : other).program(programs.get(thread / 2));
        program.attach(Tcx.ingress("v0").in(netns)).close();
      });
    }
    var type = Tcx.ingress("v0").type().number();
    assertThat(
            namespace.call(
                () -> LinkCalls.query(Sockets.deviceIndex("v0"), type, false).programs()))
        .isEmpty();
  }

  @Test
  void xdpByLinkAndByNetlink() throws Exception {
    try (var object = LoadedObject.of("attach_xdp")) {
      ManyRounds.of(thread -> {
        var point = Xdp.on("v" + thread).in(netns);
        object.program("drop_port").attach(point).close();
        object.program("drop_port").attach(point.byNetlink()).close();
      });
    }
    try (var kernel = LinuxKernel.open()) {
      for (int i = 0; i < ManyRounds.THREADS; i++) {
        assertThat(kernel.xdp("v" + i, netns).isAttached()).as("v" + i).isFalse();
      }
    }
  }

  @Test
  void filtersOfOneDevice() throws Exception {
    try (var object = LoadedObject.of("attach/tc")) {
      ManyRounds.of(thread -> {
        var point = thread % 2 == 0 ? Tc.ingress("v0") : Tc.egress("v0");
        object.program("watch").attach(point.in(netns)).close();
      });
    }
    assertThat(namespace.run("tc", "qdisc", "show", "dev", "v0")).doesNotContain("clsact");
  }
}
