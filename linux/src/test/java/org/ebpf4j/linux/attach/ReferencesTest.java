package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
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

  /// A route says only the name of its program: it is a suspect, and nothing is called explained.
  @Test
  void whatCannotBeToldIsUnexplainedAndSuspected() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var zoo = ReferenceZoo.lwt()) {
      namespace.ip("link", "add", "zoo0", "type", "veth", "peer", "name", "zoo1");
      namespace.ip("link", "set", "zoo0", "up");
      namespace.call(() -> {
        try (var socket = NetlinkSocket.open()) {
          var route =
              new Routes.NewRoute(
                  InetAddress.getByName("10.99.0.0"),
                  24,
                  Sockets.deviceIndex("zoo0"),
                  null,
                  254,
                  0,
                  Routes.Place.OUT,
                  zoo.descriptor().number(),
                  "zoo",
                  0);
          assertThat(new Routes(socket).add(route).ok()).isTrue();
        }
        return null;
      });
      var references = LinuxKernel.open().references(zoo.animals().getFirst().object());
      assertThat(references.verdict()).isEqualTo(Verdict.UNEXPLAINED);
      assertThat(references.sum()).isEqualTo("refcount 2 = 1 explained + 1 unexplained");
      assertThat(references.suspects())
          .anySatisfy(s -> assertThat(s.text()).contains("route with program 'zoo'", "zoo0"));
    }
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
