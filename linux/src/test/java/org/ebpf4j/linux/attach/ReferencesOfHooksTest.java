package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.assertj.core.api.SoftAssertions;
import org.ebpf4j.BpfMap;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References.Verdict;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// What attached programs, their maps and their links are held by: each sum is the kernel's count.
@KernelTest
@Requires({Facility.IP, Facility.CGROUP2, Facility.TRACEFS})
@RequiresKernel(value = "5.19", because = "links are counted by an iterator since then")
class ReferencesOfHooksTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  /// All programs and maps of an object, and a link, are explained.
  private ReferenceSnapshot explains(LinuxObject object, LinuxLink link) {
    var snapshot = kernel.references();
    var checks = new SoftAssertions();
    for (var program : object.programs()) {
      explains(checks, snapshot, ObjectKey.program(program.id()));
    }
    object.maps().forEach(m -> explains(checks, snapshot, ObjectKey.map(m.info().id())));
    link.ids().forEach(id -> explains(checks, snapshot, ObjectKey.link(id)));
    checks.assertAll();
    return snapshot;
  }

  private static void explains(SoftAssertions checks, ReferenceSnapshot snapshot, ObjectKey key) {
    var references = snapshot.of(key).orElseThrow();
    checks
        .assertThat(references.verdict())
        .as("%s: %s: %s", key, references.sum(), references.found())
        .isEqualTo(Verdict.EXPLAINED);
  }

  private void explains(String object, String program, AttachPoint point) {
    try (var loaded = LoadedObject.of(object);
        var link = loaded.program(program).attach(point)) {
      explains(loaded.object(), link);
    }
  }

  @Test
  void ofNetworkDevices() throws Exception {
    try (var cable = Cable.lay()) {
      var netns = cable.farNetns();
      explains("attach_xdp", "drop_port", Xdp.on("far0").in(netns));
      explains("attach_xdp", "drop_port", Xdp.on("far0").in(netns).byNetlink());
      explains("attach/tc", "watch", Tc.egress("far0").in(netns));
      explains("attach/tc", "classify", Tc.ingress("far0").in(netns));
    }
  }

  @Test
  @RequiresKernel(value = "6.6", because = "tcx")
  void ofChainsOnDevices() throws Exception {
    try (var cable = Cable.lay()) {
      explains("attach/tc", "watch", Tcx.ingress("far0").in(cable.farNetns()));
    }
  }

  @Test
  void ofNetworkNamespaces() throws Exception {
    try (var cable = Cable.lay()) {
      var netns = cable.farNetns();
      explains("attach/sk_lookup", "refuse", new SkLookup(netns));
      explains("attach/flow_dissector", "dissect", new FlowDissector(netns));
    }
  }

  @Test
  @RequiresKernel(value = "6.4", because = "links of netfilter")
  void ofNetfilter() throws Exception {
    try (var cable = Cable.lay()) {
      explains(
          "attach/netfilter",
          "pass",
          Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.INPUT)
              .in(cable.farNetns())
              .withPriority(10));
    }
  }

  @Test
  void ofCgroups() throws Exception {
    try (var cgroup = TestCgroup.create()) {
      explains("attach_cgroup", "egress", new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS));
    }
  }

  /// A program of a security module that a cgroup has without a link.
  @Test
  @RequiresKernel(value = "6.0", because = "programs of security modules on cgroups")
  void ofCgroupsWithoutALink() throws Exception {
    try (var object = LoadedObject.of("attach/cgroup_hook", "sockets");
        var cgroup = TestCgroup.create();
        var directory = FileIo.openDirectory(cgroup.path().toString()).fd()) {
      var program = object.program("sockets");
      var type = AttachType.LSM_CGROUP.number();
      assertThat(LinkCalls.attach(directory.number(), program.fd(), type, 0, 0, 0, 0)).isZero();
      var references = kernel.references(program);
      assertThat(references.verdict()).as(references.toString()).isEqualTo(Verdict.EXPLAINED);
      assertThat(references.found())
          .contains(new Reference.Cgroup(cgroup.path().toString(), AttachType.LSM_CGROUP.label()));
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
    }
  }

  @Test
  void ofTracepoints() {
    explains("attach_tracing", "system_calls", new RawTracepoint("sys_enter"));
  }

  /// Threads that begin while it is open have events of their own.
  @Test
  void ofPerfEventsThatThreadsInherit() throws Exception {
    var done = new java.util.concurrent.CountDownLatch(1);
    var child = new Thread[1];
    var thread =
        Thread.ofPlatform()
            .unstarted(() -> {
              try (var zoo = ReferenceZoo.inherited()) {
                child[0] =
                    Thread.ofPlatform()
                        .start(() -> {
                          try {
                            done.await();
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                        });
                var references = kernel.references(zoo.animals().getFirst().object());
                assertThat(references.verdict())
                    .as(references.toString())
                    .isEqualTo(Verdict.EXPLAINED);
                assertThat(references.counter()).hasValue(2);
                assertThat(references.found())
                    .extracting(Reference::text)
                    .contains("perf event that 1 thread has inherited");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              } finally {
                done.countDown();
              }
            });
    var failure = new Throwable[1];
    thread.setUncaughtExceptionHandler((_, e) -> failure[0] = e);
    thread.start();
    thread.join();
    child[0].join();
    assertThat(failure[0]).isNull();
  }

  /// An array of events keeps an event that nobody else has open.
  @Test
  void ofPerfEventsInArrays() throws Exception {
    try (var zoo = ReferenceZoo.inArray()) {
      var references = kernel.references(zoo.animals().getFirst().object());
      assertThat(references.verdict()).as(references.toString()).isEqualTo(Verdict.EXPLAINED);
      assertThat(references.found())
          .singleElement()
          .satisfies(r -> assertThat(r.kind()).isEqualTo("perf_event_array"));
    }
  }

  @Test
  void ofIteratorsWhileTheyAreRead() throws Exception {
    try (var object = LoadedObject.of("attach/iterators", "elements")) {
      var map = object.object().map("numbers");
      try (var link =
              object.program("elements").attach(new KernelIterator("bpf_map_elem").over(map));
          var reading = link.read()) {
        var snapshot = explains(object.object(), link);
        assertThat(
                snapshot
                    .of(ObjectKey.program(object.program("elements").id()))
                    .orElseThrow()
                    .found())
            .anyMatch(r -> r.kind().equals("iterator"));
        assertThat(reading.read()).isNotEqualTo(0);
      }
    }
  }

  /// A socket in a map has the programs of the map, too.
  @Test
  void ofMapsOfSocketsWithSocketsIn() throws Exception {
    try (var object = LoadedObject.of("attach_sockmap");
        var listening = kernel.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var link =
            object
                .program("stream")
                .attach(
                    new Sockmap(object.object().map("sockets"), AttachType.SK_SKB_STREAM_VERDICT));
        var client = SocketChannel.open(listening.address())) {
      assertThat(client.isConnected()).isTrue();
      var accepted = Sockets.accept(listening.fd());
      while (!accepted.ok()) {
        accepted = Sockets.accept(listening.fd());
      }
      try (var server = accepted.fd()) {
        object
            .object()
            .map("sockets")
            .update(LoadedObject.u32(0), LoadedObject.u32(server.number()), BpfMap.Update.ANY);
        explains(object.object(), link);
      }
    }
  }

  @Test
  void ofStructsOfFunctions() {
    var spec = ObjectSpec.read("load_struct_ops", TestObjects.bytes("load_struct_ops"));
    try (var object = kernel.load(spec);
        var link = object.register("at_once")) {
      var snapshot = explains(object, link);
      assertThat(object.programs())
          .anySatisfy(p ->
              assertThat(snapshot.of(ObjectKey.program(p.id())).orElseThrow().found())
                  .anyMatch(r -> r instanceof Reference.Slot s && s.kind().equals("struct_ops")));
    }
  }

  @Test
  void ofReplacedPrograms() {
    var base = ObjectSpec.read("code_base", TestObjects.bytes("code_base"));
    var spec = ObjectSpec.read("code_replacement", TestObjects.bytes("code_replacement"));
    for (var each : spec.programs()) {
      spec =
          spec.withProgram(each.name(), p -> p.withAutoload(p.name().equals("code_replacement")));
    }
    try (var first = kernel.load(base)) {
      LinuxObject loaded;
      try {
        loaded =
            kernel.load(
                spec,
                LoadOptions.DEFAULT.withTarget("code_replacement", first.program("code_base")));
      } catch (PermissionException e) {
        assumeTrue(false, "this kernel is locked down: " + e.getMessage());
        throw e;
      }
      try (var object = loaded) {
        var target = ObjectKey.program(first.program("code_base").id());
        assertThat(kernel.references(target).verdict()).isEqualTo(Verdict.EXPLAINED);
        try (var link = object.program("code_replacement").attach()) {
          var snapshot = explains(object, link);
          assertThat(snapshot.of(target).orElseThrow().verdict())
              .as(snapshot.of(target).toString())
              .isEqualTo(Verdict.EXPLAINED);
        }
      }
    }
  }
}
