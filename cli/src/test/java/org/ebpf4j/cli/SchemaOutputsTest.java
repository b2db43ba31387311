package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every command prints on this machine is what its schema says.
@KernelTest
class SchemaOutputsTest {
  private static final Path PIN =
      Path.of("/sys/fs/bpf/ebpf4j-schema-" + ProcessHandle.current().pid());
  private static final String NETNS = "ebpf4j-schema-" + ProcessHandle.current().pid();
  private static final Path CGROUP =
      (Files.isDirectory(Path.of("/sys/fs/cgroup/unified"))
              ? Path.of("/sys/fs/cgroup/unified")
              : Path.of("/sys/fs/cgroup"))
          .resolve(NETNS);
  private static final Path HELLO = TestObjects.example("hello/hello.bpf.o");

  @TempDir Path directory;

  private final Set<String> covered = new TreeSet<>();
  private final SoftAssertions softly = new SoftAssertions();

  /// Runs a command in both shapes, and holds both against its schema.
  private void fits(String command, Object... words) {
    softly.check(() -> check(command, words));
  }

  private void check(String command, Object... words) {
    var all = new ArrayList<Object>(List.of(command.split(" ")));
    all.addAll(List.of(words));
    covered.add(command);
    all.add("--jsonl");
    var lines = Cli.run(all.toArray());
    assertThat(lines.out()).as("%s: %s", all, lines.err()).isNotEmpty();
    var printed = Schemas.checkLines(command, lines.out());
    assertThat(printed).as("%s", all).isNotEmpty();
    all.set(all.size() - 1, "--json");
    var document = Cli.run(all.toArray());
    assertThat(document.out()).as("%s: %s", all, document.err()).isNotEmpty();
    Schemas.checkDocument(command, document.out());
  }

  /// The same, of a command that does what it does once, and so prints JSON once.
  private void fitsOnce(String command, Object... words) {
    var all = new ArrayList<Object>(List.of(command.split(" ")));
    all.addAll(List.of(words));
    all.add("--json");
    covered.add(command);
    var document = Cli.run(all.toArray());
    assertThat(document.out()).as("%s: %s", all, document.err()).isNotEmpty();
    Schemas.checkDocument(command, document.out());
  }

  /// A command that has nothing to tell prints an empty array, and no line.
  private static void empty(String command, Object... words) {
    var all = new ArrayList<Object>(List.of(command.split(" ")));
    all.addAll(List.of(words));
    all.add("--json");
    var document = Cli.run(all.toArray());
    assertThat(document.out()).as("%s: %s", all, document.err()).isEqualTo("[]\n");
    assertThat(Schemas.checkDocument(command, document.out())).isEmpty();
    all.set(all.size() - 1, "--jsonl");
    assertThat(Cli.run(all.toArray()).out()).as("%s", all).isEmpty();
  }

  @Test
  @Requires({Facility.BPFFS, Facility.TRACEFS, Facility.IP, Facility.CGROUP2})
  @RequiresKernel(value = "5.8", because = "a ring buffer, iterators, and links on cgroups")
  void outputsOfEveryCommandFitTheirSchemas() throws IOException {
    files();
    Files.createDirectory(CGROUP);
    Session.shell(
        "ip netns add " + NETNS + " && ip -n " + NETNS + " link add sch0 type veth peer name sch1");
    try (var kernel = LinuxKernel.open();
        var zoo = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")));
        var maps = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var cgroup = kernel.load(ObjectSpec.read(TestObjects.example("sections/cgroup.bpf.o")));
        var _ = maps.program("count_exec").attach();
        var _ = cgroup.program("sent").attach(new Cgroup(CGROUP, AttachType.CGROUP_INET_EGRESS))) {
      maps(kernel, zoo);
      objects(maps, zoo);
      pins(maps);
      iterators(kernel);
      machine();
      programs();
    } finally {
      Cli.run("unpin", PIN, "--yes");
      Session.shell("ip netns del " + NETNS);
      Files.deleteIfExists(CGROUP);
    }
    // There is no token and no struct of functions on most machines.
    for (var rare :
        List.of("token list", "struct_ops list", "struct_ops show", "struct_ops dump")) {
      covered.add(rare);
      Schemas.checkDocument(rare, Cli.run((Object[]) (rare + " --json").split(" ", -1)).out());
    }
    var missing = new TreeSet<>(SchemaTest.commands());
    missing.remove("error");
    missing.removeAll(covered);
    softly.check(() -> assertThat(missing).isEmpty());
    softly.assertAll();
  }

  /// Commands on files, which need no kernel.
  private void files() throws IOException {
    fits("schema");
    covered.add("schema");
    fits("attach", "--list");
    fits("disasm", TestObjects.file("code_calls"));
    fits("generate", HELLO);
    fits("generate", HELLO, "--out", directory.resolve("java"));
    fits("link", directory.resolve("out.o"), HELLO);
    fits("btf dump", TestObjects.file("map_zoo"));
    fits("btf min", "/sys/kernel/btf/vmlinux", directory.resolve("min.btf"), HELLO);
    fits("man", directory.resolve("man"));
    fits("verify", HELLO, TestObjects.file("failures/null_unchecked"), "/nowhere");
    var here = Files.writeString(directory.resolve("a.json"), Cli.run("feature", "--json").out());
    var none = Files.writeString(directory.resolve("b.json"), "[]");
    fits("feature diff", here, none);
    empty("feature diff", here, here);
  }

  private void maps(LinuxKernel kernel, LinuxObject zoo) throws IOException {
    var hash = zoo.map("zoo_hash").id();
    fits("map set", hash, "pid=7", "comm=bash", "value.hits=1", "--dry-run");
    fits("map set", hash, "pid=7", "comm=bash", "value.hits=1");
    fits("map get", hash, "pid=7", "comm=bash");
    fits("map dump", hash, "--hex");
    fits("map dump", hash);
    empty("map dump", hash, "--where", "pid == 1");
    fits("map export", hash, "-");
    var file = directory.resolve("entries.jsonl");
    fits("map export", hash, file, "--overwrite");
    fits("map import", hash, file, "--dry-run");
    fits("map count", hash);
    fits("map freeze", hash, "--dry-run");
    empty("map diff", hash, hash);
    fits("map diff", hash, Files.writeString(directory.resolve("none.jsonl"), ""));
    fits("map del", hash, "pid=7", "comm=bash", "--dry-run");
    fitsOnce("map del", hash, "--all", "--yes");
    empty("map del", hash, "--all", "--yes");
    try (var cpus = kernel.createMap(MapSpec.of("cpus", MapType.PERCPU_ARRAY, 4, 8, 2))) {
      fits("map dump", cpus.id());
      fits("map export", cpus.id(), "-", "--hex");
    }
    try (var queue = kernel.createMap(MapSpec.of("queue", MapType.QUEUE, 0, 4, 4))) {
      fits("map push", queue.id(), "7");
      fits("map pop", queue.id());
    }
    fits(
        "map create",
        PIN,
        "--type",
        "hash",
        "--key",
        "4",
        "--value",
        "4",
        "--entries",
        "1",
        "--dry-run");
    fitsOnce("map create", PIN, "--type", "hash", "--key", "4", "--value", "4", "--entries", "1");
    Cli.run("unpin", PIN, "--yes");
    watched(kernel);
  }

  private void watched(LinuxKernel kernel) throws IOException {
    covered.add("map watch");
    try (var map = kernel.createMap(MapSpec.of("watched", MapType.ARRAY, 4, 4, 1));
        var session = Session.start("map", "watch", map.id(), "--every", "20ms", "--json")) {
      session.await("changed", () -> increment(map));
      session.signal("TERM");
      session.finish();
      Schemas.checkDocument("map watch", session.out());
    }
  }

  private static void increment(LinuxMap map) {
    var value = map.lookup(new byte[4]).orElseThrow();
    value[0]++;
    map.update(new byte[4], value, org.ebpf4j.BpfMap.Update.ANY);
  }

  private void objects(LinuxObject maps, LinuxObject zoo) {
    var program = maps.program("count_exec").id();
    fits("prog list");
    fits("prog show", program, "--pins");
    fits("prog dump", "xlated", program);
    fits("prog dump", "jited", program);
    fits("map list");
    fits("map show", zoo.map("zoo_hash").id(), "--pins");
    fits("btf list");
    fits("link list");
    fits("link show", "count_exec", "--pins");
    fits("why", "prog", program);
    fits("why", "prog", program, "--release", "--dry-run");
    fits("why", "map", zoo.map("zoo_hash").id());
    fits("tree", "prog", program);
    fits("perf");
    fits("cgroup show", CGROUP);
    fits("cgroup tree", CGROUP);
    fits("top", "--once", "--every", "1ms", "--all");
    netns();
  }

  /// XDP in a network namespace.
  private void netns() {
    try (var kernel = LinuxKernel.open();
        var xdp = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")));
        var _ =
            xdp.programs()
                .getFirst()
                .attach(
                    org.ebpf4j.attach.Xdp.on("sch0")
                        .with(org.ebpf4j.attach.Xdp.Mode.GENERIC)
                        .in(org.ebpf4j.attach.Netns.named(NETNS)))) {
      fits("net", "sch0");
      empty("net", "no-such-device");
      fits("link list");
    }
  }

  private void pins(LinuxObject maps) {
    var links =
        Schemas.checkLines("link list", Cli.run("link", "list", "count_exec", "--jsonl").out());
    var link = links.getFirst().get("id").asInt();
    fits("link pin", link, PIN, "--dry-run");
    fits("link detach", link, "--dry-run");
    var program = maps.program("count_exec").id();
    fits("prog pin", program, PIN, "--dry-run");
    fits("prog attach", program, "tracepoint:syscalls/sys_enter_execveat", "--dry-run");
    fits("prog detach", program, "--dry-run");
    var map = maps.maps().getFirst();
    fits("map pin", map.id(), PIN, "--dry-run");
    fitsOnce("map pin", map.id(), PIN);
    fits("pin list", PIN);
    empty("pin list", "/sys/fs/bpf/no-such-pin");
    fits("pin rm", PIN, "--dry-run");
    fits("unpin", PIN, "--dry-run");
    fitsOnce("unpin", PIN, "--yes");
    fits("load", HELLO, "--pin", PIN, "--dry-run");
    fitsOnce("load", HELLO, "--pin", PIN);
    fitsOnce("pin rm", PIN, "--yes");
  }

  private void iterators(LinuxKernel kernel) {
    var spec =
        ObjectSpec.read(TestObjects.file("attach/iterators"))
            .withEachProgram(p -> p.withAutoload(p.name().equals("tasks")));
    try (var object = kernel.load(spec);
        var link = object.programs().getFirst().attach()) {
      fits("iter list");
      fits("iter cat", link.ids().getFirst());
    }
  }

  private void machine() {
    fits("doctor");
    fits("feature");
    fits("stats show");
    fits("stats on", "--dry-run");
    fits("stats off", "--dry-run");
  }

  private void programs() throws IOException {
    fits("run", HELLO, "--dry-run");
    for (var object :
        List.of(
            TestObjects.example("tools/tcpconn.bpf.o"),
            TestObjects.example("sections/xdp.bpf.o"),
            TestObjects.file("attach_choice"),
            TestObjects.file("bad_section"))) {
      fits("run", object, "--help-object");
    }
    fits(
        "run",
        TestObjects.example("sections/maps.bpf.o"),
        "--duration",
        "0s",
        "--no-trace",
        "--maps",
        "all");
    for (var words :
        List.of(
            List.<Object>of("run", HELLO, "--json"),
            List.<Object>of("run", TestObjects.example("tools/execs.bpf.o"), "--json"))) {
      try (var session = Session.start(words.toArray())) {
        session.await("[{", () -> Session.shell("/bin/true || true"));
        session.signal("TERM");
        session.finish();
        assertThat(Schemas.checkDocument("run", session.out())).isNotEmpty();
      }
    }
  }
}
