package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netfilter.Family;
import org.ebpf4j.attach.Netfilter.Hook;
import org.ebpf4j.attach.Order;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who has a hook is part of the message where the kernel refuses another program. Numbers stand as
/// `N`, paths of namespaces as `NS`.
@KernelTest
@Requires(Facility.IP)
class OccupantsTest {
  private static final String HOLDER = "of process N (" + command() + ")";

  private Cable cable;

  @BeforeEach
  void lay() throws Exception {
    cable = Cable.lay();
  }

  @AfterEach
  void close() throws Exception {
    cable.close();
  }

  private static String command() {
    try {
      return java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/comm")).strip();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String message(ThrowingCallable action) {
    return String.valueOf(
            Objects.requireNonNull(catchThrowableOfType(BpfException.class, action)).getMessage())
        .replaceAll("/proc/[0-9]+/task/[0-9]+/ns/net", "NS")
        .replaceAll("(program|link|map|process) [0-9]+", "$1 N");
  }

  @Test
  @RequiresKernel(value = "5.7", because = "links on network namespaces")
  void flowDissector() {
    var point = new FlowDissector(cable.farNetns());
    try (var object = LoadedObject.of("attach/flow_dissector");
        var _ = object.program("dissect").attach(point)) {
      assertThat(message(() -> object.program("dissect").attach(point).close()))
          .contains(": there is a flow dissector already")
          .contains("program N 'dissect' (flow_dissector), by link N " + HOLDER)
          .endsWith(
              "\n  try: update or close that one; ebpf4j net shows those without a link, too");
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "netfilter links")
  void priorityOfNetfilter() {
    var point = Netfilter.of(Family.IPV4, Hook.INPUT).withPriority(4711).in(cable.farNetns());
    try (var object = LoadedObject.of("attach/netfilter");
        var _ = object.program("pass").attach(point)) {
      assertThat(message(() -> object.program("drop").attach(point).close()))
          .isEqualTo(
              "attaching 'drop' to netfilter ipv4/input (priority 4711) in network namespace NS:"
                  + " LINK_CREATE: EBUSY (device or resource busy): another program has priority"
                  + " 4711 there, and each wants one of its own: program N 'pass' (netfilter), by"
                  + " link N "
                  + HOLDER
                  + "\n  try: another priority; ebpf4j link list shows who has which");
    }
  }

  @Test
  void filterOfTrafficControl() {
    var point = Tc.ingress("far0").withPriority(3).withHandle(5).in(cable.farNetns());
    try (var object = LoadedObject.of("attach/tc");
        var _ = object.program("watch").attach(point)) {
      assertThat(message(() -> object.program("drop").attach(point).close()))
          .contains("bpf filter 'watch@ebpf4j:")
          .contains(
              "(priority 3, handle 0x5, program N) with program N 'watch' (sched_cls) is there"
                  + "\n  try: another handle or priority");
    }
  }

  @Test
  @RequiresKernel(value = "6.10", because = "links on maps of sockets")
  void mapOfSockets() {
    try (var object = LoadedObject.of("attach_sockmap")) {
      var point = new Sockmap(object.object().map("sockets"), AttachType.SK_MSG_VERDICT);
      try (var _ = object.program("message").attach(point)) {
        assertThat(message(() -> object.program("message").attach(point).close()))
            .contains(
                ": the map has a program of a link for sk_msg_verdict: program N 'message'"
                    + " (sk_msg), by link N "
                    + HOLDER
                    + "\n  try: update that link, or close it first");
      }
    }
  }

  @Test
  void structOfFunctions() {
    var kernel = LinuxKernel.open();
    var spec = ObjectSpec.read("load_struct_ops", TestObjects.bytes("load_struct_ops"));
    try (var object = kernel.load(spec);
        var other = kernel.load(spec);
        var _ = object.register("at_once")) {
      assertThat(message(() -> other.register("at_once").close()))
          .contains("the kernel has one of the same name already: of its own, or that of ")
          .contains("map N 'at_once' " + HOLDER)
          .endsWith("\n  try: another name in the struct");
    }
  }

  @Test
  void route() {
    var point = Lwt.on("10.20.0.0/16", "far0").inTable(254).in(cable.farNetns());
    try (var object = LoadedObject.of("attach/lwt");
        var _ = object.program("xmit").attach(point)) {
      assertThat(message(() -> object.program("out").attach(point).close()))
          .contains(
              "RTM_NEWROUTE: EEXIST (exists already): there is a route to 10.20.0.0/16 with this metric"
                  + " in table 254, by far0 ")
          .contains("xmit@ebpf4j:")
          .endsWith("\n  try: another metric or table");
    }
  }

  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void linkOfAnother() {
    var point = Tcx.ingress("far0").in(cable.farNetns());
    try (var object = LoadedObject.of("attach/tc");
        var _ = object.program("watch").attach(point)) {
      var order = Order.replacing(object.program("watch").id());
      assertThat(message(() -> object.program("drop").attach(point.with(order)).close()))
          .contains(
              "EBUSY (device or resource busy): program N is that of a link, which its owner"
                  + " updates: program N 'watch' (sched_cls), by link N "
                  + HOLDER)
          .endsWith("\n  try: put this one before or after");
      assertThat(message(() -> object.program("watch").attach(point).close()))
          .endsWith("this program is attached there already, and runs once in a chain");
    }
  }

  /// A hook of a device takes 63 programs.
  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void fullHook() {
    var point = Tcx.ingress("far0").in(cable.farNetns());
    var open = new ArrayList<AutoCloseable>();
    try {
      for (int i = 0; i < 63; i++) {
        var object = LoadedObject.of("attach/tc", "watch");
        open.add(object);
        open.add(object.program("watch").attach(point));
      }
      try (var object = LoadedObject.of("attach/tc", "watch")) {
        assertThat(message(() -> object.program("watch").attach(point).close()))
            .contains("63 programs are attached there, and a hook takes no more");
      }
    } finally {
      Closing.all(open);
    }
  }

  @Test
  void filtersWithoutAPlaceAreToldOfAllThatTakeThem() {
    try (var object = LoadedObject.of("attach/tc")) {
      assertThat(message(() -> object.program("watch").attach().close()))
          .contains("does not say where it is attached\n  try: sched_cls programs go to ")
          .contains("tcx:DEVICE")
          .contains("tc:DEVICE")
          .contains("netkit:DEVICE");
    }
  }
}
