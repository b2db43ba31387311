package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.cli.Session;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// `--bpftool` has what `bpftool -j` has of the same objects, key by key.
@KernelTest
@SuppressWarnings("unchecked") // JSON is of objects whose names are text.
class BpftoolTest {
  private static final Path PIN =
      Path.of("/sys/fs/bpf/ebpf4j-bpftool-" + ProcessHandle.current().pid());

  private static Path bpftool = Path.of("bpftool");

  /// The one that `-Debpf4j.bpftool=PATH` names, or else one of this machine.
  @BeforeAll
  static void findsBpftool() {
    var named = System.getProperty("ebpf4j.bpftool");
    var found =
        named == null
            ? Stream.of("/usr/sbin/bpftool", "/usr/bin/bpftool", "/sbin/bpftool")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
            : Optional.of(Path.of(named));
    assumeTrue(found.isPresent(), "no bpftool on this machine");
    bpftool = found.get();
  }

  /// That it knows attachments of Linux 6.6 and later.
  private static void assumeNewBpftool() throws IOException {
    var version =
        String.valueOf(((Map<String, Object>) theirs("version")).get("version")).split("[.]");
    assumeTrue(
        Integer.parseInt(version[0]) * 100 + Integer.parseInt(version[1]) >= 708,
        "a bpftool before 7.8");
  }

  private static Object theirs(Object... words) throws IOException {
    var line = new ArrayList<String>(List.of(bpftool.toString(), "-j", "-f"));
    for (var word : words) {
      line.add(word.toString());
    }
    var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return JsonTree.read(
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static Object ours(Object... words) {
    var line = new ArrayList<Object>(List.of(words));
    line.add("--bpftool");
    var run = Cli.run(line.toArray());
    assertThat(run.status()).as(run.err()).isZero();
    return JsonTree.read(run.out());
  }

  /// Equal but for the second in which a program was loaded, which is a difference of two clocks.
  private static void same(Object ours, Object theirs) {
    var left = (Map<String, Object>) ours;
    var right = (Map<String, Object>) theirs;
    if (left.get("loaded_at") instanceof BigInteger mine
        && right.get("loaded_at") instanceof BigInteger other) {
      assertThat(mine.longValue()).isBetween(other.longValue() - 1, other.longValue() + 1);
      right.put("loaded_at", mine);
    }
    if (left.containsKey("orphaned")) {
      // Before 7.8 it does not say whether the device of a program is gone.
      right.putIfAbsent("orphaned", false);
    }
    // What they can say only with skeletons that were built in, and of variables of that name.
    right.remove("pids");
    right.remove("metadata");
    assertThat(left).isEqualTo(right);
  }

  @Test
  @Requires(Facility.BPFFS)
  void programsAndTheirTypes() throws IOException {
    try (var kernel = LinuxKernel.open();
        var sections = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var xdp = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")));
        var calls = kernel.load(ObjectSpec.read(TestObjects.file("code_calls")))) {
      sections.program("count_exec").pin(PIN);
      try {
        for (var object : List.of(sections, xdp, calls)) {
          for (var program : object.programs()) {
            var id = program.id();
            same(ours("prog", "show", id, "--pins"), theirs("prog", "show", "id", id));
            var types = program.info().types().btfId();
            if (types != 0) {
              same(ours("btf", "list", types), sorted(theirs("btf", "list", "id", types)));
            }
          }
        }
      } finally {
        kernel.unpin(PIN);
      }
    }
  }

  /// Theirs are in the order of a hash table.
  private static Object sorted(Object types) {
    var fields = (Map<String, Object>) (types instanceof List<?> list ? list.getFirst() : types);
    for (var ids : List.of("prog_ids", "map_ids")) {
      fields.put(
          ids,
          ((List<BigInteger>) Objects.requireNonNull(fields.get(ids))).stream().sorted().toList());
    }
    return fields;
  }

  @Test
  @Requires(Facility.BPFFS)
  void maps() throws IOException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var hash = kernel.createMap(MapSpec.of("a_hash", MapType.HASH, 4, 8, 100).withFlags(1));
        var cpus = kernel.createMap(MapSpec.of("cpus", MapType.PERCPU_ARRAY, 4, 12, 3));
        var ring = kernel.createMap(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096))) {
      hash.pin(PIN);
      try {
        hash.freeze();
        var all = new ArrayList<>(List.of(hash, cpus, ring));
        all.addAll(object.maps());
        for (var map : all) {
          same(ours("map", "show", map.id(), "--pins"), theirs("map", "show", "id", map.id()));
        }
      } finally {
        kernel.unpin(PIN);
      }
    }
  }

  /// On 5.10, the JSON that bpftool prints of these types is not valid.
  @Test
  @RequiresKernel(value = "6.0", because = "types that bpftool prints as valid JSON")
  void typesOfProgramsAndMaps() throws IOException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")))) {
      var program = object.programs().getFirst();
      assertThat(ours("btf", "dump", "prog", program.id()))
          .isEqualTo(theirs("btf", "dump", "prog", "id", program.id()));
      assertThat(ours("btf", "dump", "id", program.info().types().btfId()))
          .isEqualTo(theirs("btf", "dump", "id", program.info().types().btfId()));
      var map = object.map("zoo_hash").id();
      assertThat(ours("btf", "dump", "map", map))
          .isEqualTo(theirs("btf", "dump", "map", "id", map));
    }
  }

  @Test
  void typesOfAMapAsC() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")))) {
      var map = object.map("zoo_hash").id();
      assertThat(Cli.run("btf", "dump", "map", map, "--format", "c").out())
          .contains("struct value {", "enum kind kind;", "struct key {");
    }
  }

  /// Of each kind that this machine can make: all that bpftool says of it.
  @Test
  @Requires({Facility.BPFFS, Facility.TRACEFS, Facility.IP, Facility.CGROUP2})
  @RequiresKernel(value = "5.15", because = "links of tracepoints")
  void links() throws IOException {
    try (var network = new Namespace();
        var group = new Group();
        var kernel = LinuxKernel.open();
        var maps = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var raw =
            kernel.load(ObjectSpec.read(TestObjects.example("sections/raw_tracepoint.bpf.o")));
        var cgroup = kernel.load(ObjectSpec.read(TestObjects.example("sections/cgroup.bpf.o")));
        var dissector = kernel.load(ObjectSpec.read(TestObjects.file("attach/flow_dissector")));
        var tracepoint = maps.program("count_exec").attach();
        var rawTracepoint = raw.programs().getFirst().attach();
        var sent =
            cgroup.program("sent").attach(new Cgroup(group.path(), AttachType.CGROUP_INET_EGRESS));
        var dissecting =
            dissector
                .programs()
                .getFirst()
                .attach(new FlowDissector(Netns.named(network.name())))) {
      tracepoint.pin(PIN);
      try {
        for (var link : List.of(tracepoint, rawTracepoint, sent, dissecting)) {
          var id = link.ids().getFirst();
          var theirs = (Map<String, Object>) theirs("link", "show", "id", id);
          theirs.remove("pids");
          // Before 7.3 it does not say where perf events are.
          assertThat((Map<String, Object>) ours("link", "show", id, "--pins"))
              .containsAllEntriesOf(theirs);
          assertThat(theirs).containsKeys("id", "type", "prog_id");
        }
      } finally {
        kernel.unpin(PIN);
      }
    }
  }

  @Test
  @Requires({Facility.IP})
  void programsOnTheNetwork() throws IOException {
    try (var network = new Namespace();
        var kernel = LinuxKernel.open();
        var packets = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")));
        var filters = kernel.load(ObjectSpec.read(TestObjects.file("attach/tc")));
        var dissector = kernel.load(ObjectSpec.read(TestObjects.file("attach/flow_dissector")));
        var _ =
            packets
                .programs()
                .getFirst()
                .attach(Xdp.on("bpft0").with(Xdp.Mode.GENERIC).in(Netns.named(network.name())));
        var _ =
            filters
                .program("watch")
                .attach(Tc.ingress("bpft1").withPriority(7).in(Netns.named(network.name())));
        var _ =
            filters.program("watch").attach(Tc.egress("bpft0").in(Netns.named(network.name())))) {
      var theirs = object(JsonTree.read(network.run(bpftool.toString(), "-j", "net")));
      var ours = object(JsonTree.read(network.ours("net", "--bpftool")));
      for (var key : theirs.keySet()) {
        assertThat(ours).containsKey(key);
        assertThat((List<Object>) ours.get(key))
            .as(key)
            .containsExactlyInAnyOrderElementsOf((List<Object>) theirs.get(key));
      }
      assertThat((List<?>) ours.get("xdp")).hasSize(1);
      assertThat((List<?>) ours.get("tc")).hasSize(2);
      // bpftool prints no JSON where a flow dissector is attached.
      try (var _ =
          dissector.programs().getFirst().attach(new FlowDissector(Netns.named(network.name())))) {
        assertThat(object(JsonTree.read(network.ours("net", "--bpftool"))).get("flow_dissector"))
            .hasToString("[{id=" + dissector.programs().getFirst().id() + "}]");
      }
    }
  }

  /// What older versions of bpftool do not know, among them those that distributions have: a newer
  /// one is named.
  @Test
  @EnabledIfSystemProperty(named = "ebpf4j.bpftool", matches = ".+")
  @Requires({Facility.IP})
  @RequiresKernel(value = "6.6", because = "tcx, and links of netfilter")
  void newAttachmentsOnTheNetwork() throws IOException {
    assumeNewBpftool();
    try (var network = new Namespace();
        var kernel = LinuxKernel.open();
        var ordered = kernel.load(ObjectSpec.read(TestObjects.file("attach/tcx")));
        var hooks = kernel.load(ObjectSpec.read(TestObjects.file("attach/netfilter")));
        var packets = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")))) {
      var netns = Netns.named(network.name());
      var ingress = ordered.programs().getFirst();
      var hook = hooks.programs().getFirst();
      try (var first = ingress.attach(Tcx.ingress("bpft0").in(netns));
          var filtering =
              hook.attach(
                  Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.INPUT)
                      .withPriority(-7)
                      .in(netns));
          var receiving =
              packets
                  .programs()
                  .getFirst()
                  .attach(Xdp.on("bpft1").with(Xdp.Mode.GENERIC).in(netns))) {
        var theirs = object(JsonTree.read(network.run(bpftool.toString(), "-j", "net")));
        var ours = object(JsonTree.read(network.ours("net", "--bpftool")));
        for (var key : List.of("xdp", "tc", "flow_dissector")) {
          assertThat(ours.get(key)).as(key).isEqualTo(theirs.get(key));
        }
        // bpftool has the links of all network namespaces.
        assertThat((List<Object>) theirs.get("netfilter"))
            .containsAll((List<Object>) ours.get("netfilter"));
        assertThat((List<?>) ours.get("tc")).hasSize(1);
        assertThat((List<?>) ours.get("netfilter")).hasSize(1);
        for (var link : List.of(first, filtering, receiving)) {
          var id = link.ids().getFirst();
          var words =
              new String[] {bpftool.toString(), "-j", "link", "show", "id", Integer.toString(id)};
          same(ours("link", "show", id), JsonTree.read(network.run(words)));
        }
      }
    }
  }

  @Test
  @Requires({Facility.CGROUP2})
  @RequiresKernel(value = "5.7", because = "links on cgroups")
  void cgroups() throws IOException {
    try (var group = new Group();
        var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/cgroup.bpf.o")))) {
      var below = group.path().resolve("below");
      Files.createDirectory(below);
      try (var _ =
              object
                  .program("sent")
                  .attach(new Cgroup(group.path(), AttachType.CGROUP_INET_EGRESS));
          var _ = object.program("sent").attach(new Cgroup(below, AttachType.CGROUP_INET_EGRESS))) {
        assertThat(ours("cgroup", "tree", group.path()))
            .isEqualTo(theirs("cgroup", "tree", group.path()));
        assertThat(ours("cgroup", "show", below)).isEqualTo(theirs("cgroup", "show", below));
        var text = Cli.run("cgroup", "tree", group.path()).out();
        var program = object.program("sent").id();
        assertThat(text.lines().toList())
            .hasSize(4)
            .satisfies(lines -> {
              assertThat(lines.get(0)).isEqualTo(group.path().toString());
              assertThat(lines.get(1)).contains(" cgroup_inet_egress: program " + program);
              assertThat(lines.get(2)).endsWith("below/");
              assertThat(lines.get(3)).startsWith("   ").contains("program " + program);
            });
      } finally {
        Files.delete(below);
      }
    }
  }

  /// The kernel keeps 15 characters of a name; the types of a program have all of it.
  @Test
  @Requires({Facility.CGROUP2})
  @RequiresKernel(value = "6.7", because = "hooks of the addresses of Unix sockets")
  void namesOfProgramsAreWhole() throws IOException {
    var name = "getpeername_unix";
    var spec =
        ObjectSpec.read(TestObjects.file("attach/cgroup_unix"))
            .withEachProgram(p -> p.withAutoload(p.name().equals(name)));
    try (var group = new Group();
        var kernel = LinuxKernel.open();
        var object = kernel.load(spec);
        var _ =
            object
                .program(name)
                .attach(new Cgroup(group.path(), AttachType.CGROUP_UNIX_GETPEERNAME))) {
      var shown = object(ours("cgroup", "show", group.path()));
      assertThat(shown.get("name")).isEqualTo(name);
    }
  }

  private static Map<String, Object> object(Object array) {
    return (Map<String, Object>) ((List<?>) array).getFirst();
  }

  /// A network namespace with two devices, `bpft0` and `bpft1`.
  private record Namespace(String name) implements AutoCloseable {
    Namespace() {
      this("ebpf4j-bpftool-" + ProcessHandle.current().pid());
      var made =
          Session.shell(
              "ip netns add "
                  + name
                  + " && ip -n "
                  + name
                  + " link add bpft0 type veth peer name bpft1");
      assertThat(made).isZero();
    }

    /// What a program prints in it.
    String run(String... words) throws IOException {
      var line = new ArrayList<>(List.of("ip", "netns", "exec", name));
      line.addAll(List.of(words));
      var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// What this command line prints in it.
    String ours(Object... words) throws IOException {
      try (var session = Session.startAfter("exec ip netns exec " + name + " \"$@\"", words)) {
        assertThat(session.finish()).as(session.err()).isZero();
        return session.out();
      }
    }

    @Override
    public void close() {
      Session.shell("ip netns del " + name);
    }
  }

  /// A cgroup.
  private record Group(Path path) implements AutoCloseable {
    Group() throws IOException {
      this(mount().resolve("ebpf4j-bpftool-" + ProcessHandle.current().pid()));
      Files.createDirectory(path);
    }

    private static Path mount() throws IOException {
      try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
        return mounts
            .map(line -> line.split(" ", 4))
            .filter(words -> words[2].equals("cgroup2"))
            .map(words -> Path.of(words[1]))
            .findFirst()
            .orElseThrow();
      }
    }

    @Override
    public void close() throws IOException {
      Files.delete(path);
    }
  }
}
