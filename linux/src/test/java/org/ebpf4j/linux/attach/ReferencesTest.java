package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.References.Verdict;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who holds objects, held against the kernel's own count.
@KernelTest
@Requires({Facility.IP, Facility.BPFFS, Facility.CGROUP2, Facility.TRACEFS})
class ReferencesTest {
  /// Holders that are known for sure on newer kernels only; before, they are suspected.
  private static final Set<String> SUSPECTED_BEFORE =
      Set.of("io_uring registered file", "mmap after close(fd)", "tun TUNSETFILTEREBPF");

  /// An object for each of 27 kinds of holders, and one more. Each is named, and the sum is the
  /// kernel's count.
  @Test
  void namesEachKindOfHolder() throws Exception {
    try (var zoo = ReferenceZoo.open()) {
      var snapshot = LinuxKernel.open().references();
      assertThat(snapshot.notes()).isEmpty();
      var checks = new SoftAssertions();
      var named = 0;
      for (var animal : zoo.animals()) {
        var references = snapshot.of(animal.object()).orElseThrow();
        var what = animal.holder() + ": " + references.sum() + " of " + references.found();
        if (references.found().isEmpty() && SUSPECTED_BEFORE.contains(animal.holder())) {
          checks.assertThat(references.verdict()).as(what).isEqualTo(Verdict.UNEXPLAINED);
          checks.assertThat(references.suspects()).as(what).isNotEmpty();
          continue;
        }
        named++;
        checks
            .assertThat(references.found().stream().map(Reference::kind))
            .as(what)
            .contains(animal.kind());
        if (animal.object().type() == ObjectType.LINK && references.counter().isEmpty()) {
          continue; // Links are counted by an iterator since 5.19.
        }
        checks.assertThat(references.verdict()).as(what).isEqualTo(Verdict.EXPLAINED);
        checks.assertThat(references.counter()).as(what).hasValue(animal.count());
      }
      checks.assertThat(zoo.animals().size() + zoo.missing().size()).isEqualTo(28);
      checks.assertThat(named + zoo.missing().size()).isGreaterThanOrEqualTo(25);
      checks.assertAll();
    }
  }

  @Test
  void sharedFilesAndHardLinkedPinsCountOnce() throws Exception {
    var first = Path.of("/sys/fs/bpf/ebpf4j-hard-" + ProcessHandle.current().pid());
    var second = Path.of(first + "-2");
    try (var kernel = LinuxKernel.open();
        var object = LoadedObject.of("attach/tc")) {
      var program = object.program("watch");
      program.pin(first);
      try {
        Files.createLink(second, first);
        var fd = kernel.openProgram(program.id());
        try (fd) {
          var references = kernel.references(program);
          assertThat(references.verdict()).as(references.toString()).isEqualTo(Verdict.EXPLAINED);
          assertThat(references.counter()).hasValue(3); // Two files that were opened, and a pin.
          assertThat(references.found())
              .filteredOn(Reference.Pin.class::isInstance)
              .singleElement()
              .satisfies(pin ->
                  assertThat(((Reference.Pin) pin).paths())
                      .containsExactlyInAnyOrder(first.toString(), second.toString()));
        }
        assertThat(kernel.references(program).counter()).hasValue(2);
      } finally {
        Files.deleteIfExists(second);
        Files.deleteIfExists(first);
      }
    }
  }

  /// A descriptor that was made of another stands for the same open file.
  @Test
  void duplicatesAreOneReference() throws Exception {
    try (var zoo = ReferenceZoo.one();
        var _ = Fd.duplicate(zoo.descriptor().number())) {
      var references = LinuxKernel.open().references(zoo.animals().getFirst().object());
      assertThat(references.verdict()).isEqualTo(Verdict.EXPLAINED);
      assertThat(references.counter()).hasValue(1);
      assertThat(references.found())
          .singleElement()
          .satisfies(f -> assertThat(((Reference.OpenFile) f).holders()).hasSize(2));
    }
  }

  /// The kernel says the name that a route gave its program: where one program alone can be it, it
  /// is that one.
  @Test
  void routesHoldTheProgramThatAloneCanBeTheirs() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var _ = new Device(namespace);
        var zoo = ReferenceZoo.lwt()) {
      addRoute(namespace, "10.99.0.0", 24, zoo, "zoo");
      addRoute(namespace, "fd99::", 64, zoo, "zoo");
      var references = LinuxKernel.open().references(zoo.animals().getFirst().object());
      assertThat(references.sum()).isEqualTo("refcount 3 = 3 explained");
      assertThat(references.found())
          .filteredOn(Reference.Route.class::isInstance)
          .extracting(r -> ((Reference.Route) r).prefix())
          .containsExactlyInAnyOrder("10.99.0.0/24", "fd99:0:0:0:0:0:0:0/64");
      assertThat(references.found())
          .filteredOn(Reference.Route.class::isInstance)
          .allSatisfy(r -> assertThat(r.text()).contains("zoo0", "lwt_out", "'zoo'"));
    }
  }

  /// Routes of IPv4 that differ in where packets go to only have one reference for all of them.
  @Test
  void routesThatAreAlikeShareOneReference() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var _ = new Device(namespace);
        var zoo = ReferenceZoo.lwt()) {
      addRoute(namespace, "10.99.0.0", 24, zoo, "zoo");
      addRoute(namespace, "10.98.0.0", 24, zoo, "zoo");
      var references = LinuxKernel.open().references(zoo.animals().getFirst().object());
      assertThat(references.sum()).isEqualTo("refcount 2 = 2 explained");
      assertThat(references.found())
          .filteredOn(Reference.Route.class::isInstance)
          .extracting(Reference::count)
          .containsExactly(1, 0);
    }
  }

  /// Where two can be it, nothing is called explained.
  @Test
  void whatCannotBeToldIsUnexplainedAndSuspected() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var _ = new Device(namespace);
        var zoo = ReferenceZoo.lwt();
        var other = ReferenceZoo.lwt()) {
      addRoute(namespace, "10.99.0.0", 24, zoo, "zoo");
      addRoute(namespace, "10.98.0.0", 24, other, "other");
      for (var each : List.of(zoo, other)) {
        var references = LinuxKernel.open().references(each.animals().getFirst().object());
        assertThat(references.verdict()).isEqualTo(Verdict.UNEXPLAINED);
        assertThat(references.sum()).isEqualTo("refcount 2 = 1 explained + 1 unexplained");
        assertThat(references.suspects())
            .anySatisfy(s ->
                assertThat(s.text())
                    .contains("route to 10.99.0.0/24 by zoo0", "ip route del 10.99.0.0/24"));
      }
    }
  }

  /// Routes that this library makes name their programs.
  @Test
  void routesOfOursAreToldApartByName() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var _ = new Device(namespace);
        var zoo = ReferenceZoo.lwt();
        var kernel = LinuxKernel.open();
        var object = LoadedObject.of("attach/lwt")) {
      addRoute(namespace, "10.96.0.0", 24, zoo, "zoo");
      var place = new Netns(namespace.path().toString());
      try (var _ = object.program("out").attach(Lwt.on("10.97.0.0/24", "zoo0").in(place))) {
        var theirs = kernel.references(zoo.animals().getFirst().object());
        assertThat(theirs.sum()).isEqualTo("refcount 2 = 2 explained");
        var ours = kernel.references(object.program("out"));
        assertThat(ours.verdict()).as(ours.toString()).isEqualTo(Verdict.EXPLAINED);
        assertThat(ours.found())
            .filteredOn(Reference.Route.class::isInstance)
            .singleElement()
            .satisfies(r -> assertThat(r.text()).contains("10.97.0.0/24", "'out@ebpf4j:"));
      }
    }
  }

  /// A device with which its routes go: the namespace itself lives on for a minute, in the thread
  /// that waited for the end of `ip`.
  private record Device(NetworkNamespace namespace) implements AutoCloseable {
    Device {
      try {
        namespace.ip("link", "add", "zoo0", "type", "veth", "peer", "name", "zoo1");
        namespace.ip("link", "set", "zoo0", "up");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      try {
        namespace.ip("link", "del", "zoo0");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// The kernel frees programs of routes a little after the routes.
  @BeforeEach
  void noneIsLeft() throws Exception {
    try (var kernel = LinuxKernel.open()) {
      var end = System.nanoTime() + 30_000_000_000L;
      while (kernel.programs().stream().anyMatch(p -> p.typeLabel().equals("lwt_out"))
          && System.nanoTime() < end) {
        Thread.sleep(20);
      }
    }
  }

  private static void addRoute(
      NetworkNamespace namespace, String destination, int length, ReferenceZoo zoo, String name)
      throws Exception {
    namespace.call(() -> {
      try (var socket = NetlinkSocket.open()) {
        var route =
            new Routes.NewRoute(
                InetAddress.getByName(destination),
                length,
                Sockets.deviceIndex("zoo0"),
                null,
                254,
                0,
                Routes.Place.OUT,
                zoo.descriptor().number(),
                name,
                0);
        assertThat(new Routes(socket).add(route).ok()).isTrue();
      }
      return null;
    });
  }

  @Test
  void sumsSayWhatDoesNotAgree() {
    var open = new Reference.Kernel("a", 2);
    var none = java.util.OptionalLong.empty();
    for (var each :
        List.of(
            new Object[] {1L, "refcount 1, and 2 found: they do not agree", Verdict.CONTRADICTED},
            new Object[] {2L, "refcount 2 = 2 explained", Verdict.EXPLAINED},
            new Object[] {3L, "refcount 3 = 2 explained + 1 unexplained", Verdict.UNEXPLAINED})) {
      var references =
          new org.ebpf4j.linux.reference.References(
              org.ebpf4j.linux.reference.ObjectKey.program(1),
              "",
              "xdp",
              java.util.OptionalLong.of((long) each[0]),
              none,
              false,
              List.of(open),
              List.of());
      assertThat(references.sum()).isEqualTo(each[1]);
      assertThat(references.verdict()).isEqualTo(each[2]);
    }
  }
}
