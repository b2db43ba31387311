package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
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
}
