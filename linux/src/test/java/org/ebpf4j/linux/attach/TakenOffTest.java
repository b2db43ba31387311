package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.linux.internal.sys.Sockets.deviceIndex;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Order;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Hooks without links whose program is taken off by somebody else, or which go away: what holds it
/// says so, as links do, and is closed without a complaint.
@KernelTest
@Requires(Facility.IP)
class TakenOffTest {
  private interface Loss {
    void run() throws Exception;
  }

  private Cable cable;

  @BeforeEach
  void lay() throws Exception {
    cable = Cable.lay();
  }

  @AfterEach
  void close() throws Exception {
    cable.close();
  }

  private static void ends(LinuxLink attached, Loss loss) throws Exception {
    try (attached) {
      assertThat(attached.ids()).as("links of the kernel").isEmpty();
      assertThat(attached.isAttached()).isTrue();
      loss.run();
      assertThat(attached.isAttached()).isFalse();
      assertThat(attached.isOpen()).isTrue();
    }
    assertThat(attached.isAttached()).isFalse();
  }

  private List<Integer> there(Tcx point) throws Exception {
    var query =
        cable.far().call(() -> LinkCalls.query(deviceIndex("far0"), point.type().number(), false));
    return Arrays.stream(query.programs()).boxed().toList();
  }

  private void removeDevice() throws Exception {
    cable.far().ip("link", "delete", "far0");
  }

  private void endsWithItsDevice(String object, String program, AttachPoint point)
      throws Exception {
    try (var loaded = LoadedObject.of(object)) {
      ends(loaded.program(program).attach(point), this::removeDevice);
    }
  }

  @Test
  @Requires({Facility.IP, Facility.TC})
  void filterIsDeleted() throws Exception {
    var point = Tc.ingress("far0").withPriority(3).in(cable.farNetns());
    try (var object = LoadedObject.of("attach/tc")) {
      ends(
          object.program("watch").attach(point),
          () -> cable.far().run("tc", "filter", "del", "dev", "far0", "ingress", "prio", "3"));
      ends(
          object.program("watch").attach(point),
          () -> cable.far().run("tc", "qdisc", "del", "dev", "far0", "clsact"));
    }
    endsWithItsDevice("attach/tc", "watch", point);
  }

  @Test
  void xdpProgramIsTakenOff() throws Exception {
    var point = Xdp.on("far0").byNetlink().in(cable.farNetns());
    try (var object = LoadedObject.of("attach_xdp")) {
      ends(
          object.program("drop_port").attach(point),
          () -> cable.far().ip("link", "set", "far0", "xdp", "off"));
    }
    endsWithItsDevice("attach_xdp", "drop_port", point);
  }

  @Test
  void routeIsDeleted() throws Exception {
    var point = Lwt.on("10.20.0.0/16", "far0").in(cable.farNetns());
    try (var object = LoadedObject.of("attach/lwt")) {
      ends(
          object.program("xmit").attach(point),
          () -> cable.far().ip("route", "delete", "10.20.0.0/16"));
    }
    endsWithItsDevice("attach/lwt", "xmit", point);
  }

  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void programInThePlaceOfAnotherGoesWithItsDevice() throws Exception {
    var point = Tcx.ingress("far0").in(cable.farNetns());
    try (var object = LoadedObject.of("attach/tc")) {
      var first = object.program("watch");
      cable
          .far()
          .call(() -> {
            return Bpf.progAttach(deviceIndex("far0"), first.fd(), point.type().number(), 0);
          });
      ends(
          object.program("drop").attach(point.with(Order.replacing(first.id()))),
          this::removeDevice);
    }
  }

  /// A program that is expected is the attached one, not another that stands on the hook.
  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void updateExchangesNoProgramOfAnother() throws Exception {
    var point = Tcx.ingress("far0").in(cable.farNetns());
    try (var object = LoadedObject.of("attach/tc")) {
      var first = object.program("watch");
      var theirs = object.program("watch_too");
      var programs = List.of(first.fd(), theirs.fd());
      for (var program : programs) {
        cable
            .far()
            .call(() -> Bpf.progAttach(deviceIndex("far0"), program, point.type().number(), 0));
      }
      try (var link = object.program("drop").attach(point.with(Order.replacing(first.id())))) {
        assertThatThrownBy(() -> link.update(object.program("classify"), theirs))
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("'drop' (sched_cls) is attached, not program " + theirs.id());
        assertThat(there(point)).containsExactly(object.program("drop").id(), theirs.id());
        link.update(object.program("classify"), object.program("drop"));
        assertThat(there(point)).containsExactly(object.program("classify").id(), theirs.id());
        cable
            .far()
            .call(() ->
                Bpf.progDetach(
                    deviceIndex("far0"), object.program("classify").fd(), point.type().number()));
        assertThat(link.isAttached()).isFalse();
        assertThatThrownBy(() -> link.update(object.program("drop")))
            .isInstanceOf(KernelException.class)
            .hasMessageContaining(
                "program " + object.program("classify").id() + " is not attached there");
      }
      assertThat(there(point)).containsExactly(theirs.id());
    }
  }

  @Test
  @Requires({Facility.IP, Facility.CGROUP2})
  void cgroupIsFreed() throws Exception {
    var type = AttachType.CGROUP_INET_INGRESS;
    for (var sharing : List.of(Cgroup.Sharing.MULTI, Cgroup.Sharing.OVERRIDE)) {
      try (var cgroup = TestCgroup.create();
          var object = LoadedObject.of("attach_cgroup")) {
        var program = object.program("ingress");
        var point = new Cgroup(cgroup.path(), type).shared(sharing);
        ends(
            program.attach(point),
            () -> {
              try (var directory = FileIo.openDirectory(cgroup.path().toString()).fd()) {
                assertThat(Bpf.progDetach(directory.number(), program.fd(), type.number()))
                    .isZero();
              }
            });
        ends(program.attach(point), cgroup::close);
      }
    }
  }

  @Test
  void structIsTakenOutOfWork() throws Exception {
    var spec = ObjectSpec.read("load_struct_ops", TestObjects.bytes("load_struct_ops"));
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(spec)) {
      ends(
          object.register("at_once"),
          () ->
              assertThat(
                      Bpf.mapDelete(
                          object.map("at_once").fd(), ByteBuffer.allocate(Integer.BYTES).array()))
                  .isZero());
    }
  }
}
