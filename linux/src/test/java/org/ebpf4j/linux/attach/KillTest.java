package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Processes that are killed at any moment while they attach programs and take them off: the next
/// one that attaches there takes away what is left of them, and nothing of other tools. The
/// property `ebpf4j.kills` says how many are killed; 200 is the whole measure.
@KernelTest
@Requires({Facility.IP, Facility.TC, Facility.BPFTOOL, Facility.CGROUP2, Facility.TRACEFS})
class KillTest {
  private static final int KILLS =
      Integer.getInteger("ebpf4j.kills", Facility.SPEED.missing().isEmpty() ? 10 : 2);

  /// How long a child attaches at most, in nanoseconds.
  private static final long LONGEST = 60_000_000;

  private static final Path EVENTS = Path.of("/sys/kernel/tracing/uprobe_events");
  private static final String THEIR_EVENT = "killtest/theirs" + ProcessHandle.current().pid();

  private NetworkNamespace near;
  private NetworkNamespace far;
  private TestCgroup cgroup;
  private LoadedObject theirs;
  private LoadedObject theirGroups;

  @BeforeEach
  void open() throws Exception {
    near = NetworkNamespace.create();
    far = NetworkNamespace.create();
    NetworkNamespace.join(near, far);
    cgroup = TestCgroup.create();
    theirs = LoadedObject.of("attach_xdp");
    theirGroups = LoadedObject.of("attach_cgroup");
    for (var device : List.of(MixedHooks.OWN, "theirs0")) {
      far.ip("link", "add", device, "type", "veth", "peer", "name", device + "p");
      far.ip("link", "set", device, "up");
    }
    addTheirs();
  }

  @AfterEach
  void close() throws Exception {
    Files.writeString(EVENTS, "-:" + THEIR_EVENT, StandardOpenOption.APPEND);
    cgroup.close();
    theirs.close();
    theirGroups.close();
    near.close();
    far.close();
  }

  private void addTheirs() throws Exception {
    var tc = "dev " + MixedHooks.SHARED;
    far.run(("tc qdisc add " + tc + " clsact").split(" "));
    var filter = "tc filter add " + tc + " ingress prio 9 handle 7 bpf bytecode";
    far.run(
        (filter + " 1,6\u00a00\u00a00\u00a00")
            .replace(' ', '\n')
            .replace('\u00a0', ' ')
            .split("\n"));
    far.ip("route", "add", "10.22.0.0/16", "dev", MixedHooks.OWN);
    var id = "id " + theirs.program("drop_port").id();
    far.run(("bpftool net attach xdpgeneric " + id + " dev theirs0").split(" "));
    var group = "id " + theirGroups.program("ingress").id() + " multi";
    far.run(
        ("bpftool cgroup attach " + cgroup.path() + " cgroup_inet_ingress " + group).split(" "));
    var library = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
    Files.writeString(
        EVENTS, "p:" + THEIR_EVENT + " " + library + ":0x1000", StandardOpenOption.APPEND);
  }

  private Netns netns() {
    return new Netns(far.path().toString());
  }

  @Test
  void nothingStaysOfKilledProcesses() throws Exception {
    var seed = Long.getLong("ebpf4j.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    KilledChild killed = null;
    for (int i = 0; i <= KILLS; i++) {
      var name = "after kill " + i + " of seed " + seed;
      try (var child = KilledChild.start(netns(), cgroup.path())) {
        onlyTheirsIsThere(name);
        if (killed != null) {
          isFreed(name, killed);
        }
        if (i < KILLS) {
          var attaching = child.go();
          LockSupport.parkNanos(random.nextLong(LONGEST));
          assertThat(attaching.kill()).as(name).isEmpty();
          killed = attaching;
        }
      }
    }
  }

  private void onlyTheirsIsThere(String name) throws Exception {
    var shared = "dev " + MixedHooks.SHARED;
    assertThat(far.run(("tc filter show " + shared + " ingress").split(" ")))
        .as(name)
        .contains("pref 9 bpf")
        .doesNotContain("ebpf4j:");
    assertThat(far.run(("tc filter show " + shared + " egress").split(" "))).as(name).isEmpty();
    assertThat(far.run("tc", "qdisc", "show", "dev", MixedHooks.SHARED))
        .as(name)
        .contains("clsact");
    assertThat(far.run("tc", "qdisc", "show", "dev", MixedHooks.OWN))
        .as(name)
        .doesNotContain("clsact");
    assertThat(far.run("ip", "route", "show"))
        .as(name)
        .contains("10.22.0.0/16")
        .doesNotContain("10.20.0.0/16");
    try (var kernel = LinuxKernel.open()) {
      for (var device : List.of(MixedHooks.SHARED, MixedHooks.OWN)) {
        Await.until(
            name + ": no XDP program on " + device,
            () -> !kernel.xdp(device, netns()).isAttached());
      }
      assertThat(kernel.xdp("theirs0", netns()).generic())
          .as(name)
          .isEqualTo(theirs.program("drop_port").id());
    }
    // A link of a killed process ends a moment after it.
    for (var type : List.of(AttachType.CGROUP_INET_EGRESS, AttachType.CGROUP_INET4_CONNECT)) {
      Await.until(name + ": nothing on the cgroup", () -> programs(type).isEmpty());
    }
    assertThat(programs(AttachType.CGROUP_INET_INGRESS))
        .as(name)
        .containsExactly(theirGroups.program("ingress").id());
    eventsAreTheirs(name);
    assertThat(Files.readString(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control")))
        .as(name)
        .doesNotContain(MixedHooks.CONGESTION);
  }

  private List<Integer> programs(AttachType type) {
    try (var directory = FileIo.openDirectory(cgroup.path().toString()).fd()) {
      var query = LinkCalls.query(directory.number(), type.number(), false);
      return Arrays.stream(query.programs()).boxed().toList();
    }
  }

  /// Events of other processes of this library, which may run at the same time, are not counted.
  private static void eventsAreTheirs(String name) throws IOException {
    var events = Files.readString(EVENTS);
    assertThat(events).as(name).contains("p:" + THEIR_EVENT);
    assertThat(events.lines().filter(l -> l.contains("fmemopen"))).as(name).isEmpty();
    var kernel = EVENTS.resolveSibling("kprobe_events");
    if (Files.exists(kernel)) {
      assertThat(Files.readAllLines(kernel).stream().filter(l -> l.contains("vfs_fsync")))
          .as(name)
          .isEmpty();
    }
  }

  private static void isFreed(String name, KilledChild killed) {
    for (int id : killed.programs()) {
      Await.until(
          name + ": program " + id + " is gone", () -> !ObjectInfo.isAlive(ObjectKind.PROGRAM, id));
    }
    for (int id : killed.maps()) {
      Await.until(name + ": map " + id + " is gone", () -> !ObjectInfo.isAlive(ObjectKind.MAP, id));
    }
    for (int id : ObjectInfo.ids(ObjectKind.LINK)) {
      var opened = Bpf.openById(ObjectKind.LINK, id);
      if (opened.ok()) {
        try (var link = opened.fd()) {
          assertThat(killed.programs())
              .as(name)
              .doesNotContain(ObjectInfo.link(link.number()).programId());
        }
      }
    }
  }
}
