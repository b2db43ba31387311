package org.ebpf4j.cli.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `ebpf4j map get`, `set`, `del`, `push`, `pop`, `dump`, `count`, `create`, `freeze` and `pin`.
@KernelTest
class MapCommandsTest {
  private final LinuxKernel kernel = LinuxKernel.open();
  private LinuxObject object;

  @BeforeEach
  void load() {
    object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")));
  }

  @AfterEach
  void close() {
    object.close();
  }

  private int id(String map) {
    return object.map(map).id();
  }

  private static Cli ok(Object... words) {
    var run = Cli.run(words);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  @Test
  void entriesAreWrittenByTheNamesOfTheirMembers() {
    var map = id("zoo_hash");
    assertThat(
            ok(
                    "map",
                    "set",
                    map,
                    "pid=7",
                    "comm=bash",
                    "value.hits=1",
                    "value.kind=KIND_OPEN",
                    "value.address=10.0.0.1",
                    "value.port=80",
                    "value.tag=ab")
                .out())
        .startsWith("set map " + map + " 'zoo_hash': { .pid = 7, .comm = \"bash\" }")
        .contains(".hits = 1", ".address = 10.0.0.1", ".port = 80", "(new)");
    // What is not given stays.
    assertThat(ok("map", "set", map, "pid=7", "comm=bash", "value.hits=2").out())
        .contains(".hits = 2", ".kind = KIND_OPEN", "(was { .hits = 1");
    assertThat(object.map("zoo_hash").count()).isEqualTo(1);
    assertThat(ok("map", "get", map, "pid=7", "key.comm=bash", "--json").out())
        .startsWith("{\"key\":{\"pid\":7,\"comm\":\"bash\"},\"value\":{\"hits\":2,\"delta\":0,")
        .contains("\"kind\":\"KIND_OPEN\"", "\"address\":\"10.0.0.1\"", "\"port\":80");
  }

  @Test
  void dryRunsChangeNothing() {
    var map = id("zoo_array");
    assertThat(ok("map", "set", map, "1", "5", "--dry-run").out())
        .isEqualTo("would set map " + map + " 'zoo_array': 1: 5 (was 0)\n");
    assertThat(ok("map", "get", map, "1").out()).isEqualTo("1: 0\n");
    assertThat(ok("map", "set", map, "key=1", "value=5", "--json").out())
        .isEqualTo(
            "{\"action\":\"set\",\"dry_run\":false,\"map_id\":"
                + map
                + ",\"key\":1,\"before\":0,\"after\":5}\n");
    assertThat(ok("map", "get", map, "1").out()).isEqualTo("1: 5\n");
  }

  @Test
  void bytesAreAFallback() {
    var map = id("zoo_array");
    ok(
        "map", "set", map, "key", "hex", "02", "00", "00", "00", "value", "hex", "01", "02", "00",
        "00", "00", "00", "00", "00");
    assertThat(ok("map", "get", map, "2").out()).isEqualTo("2: 513\n");
    assertThat(ok("map", "get", map, "2", "--hex", "--json").out())
        .isEqualTo("{\"key\":\"02000000\",\"value\":\"0102000000000000\"}\n");
    var lpm = id("zoo_lpm");
    ok("map", "set", lpm, "key=10.0.0.0/8", "value=3");
    assertThat(ok("map", "dump", lpm).out()).isEqualTo("10.0.0.0/8: 3\n");
  }

  @Test
  void perCpuValuesAreSetForAllOrOne() {
    var map = id("zoo_cpu");
    ok("map", "set", map, "3", "value.hits=2");
    ok("map", "set", map, "3", "cpu0.hits=5");
    var cpus = object.map("zoo_cpu").valueSize() / ((object.map("zoo_cpu").elementSize() + 7) & -8);
    var values = (Map<?, ?>) JsonTree.read(ok("map", "get", map, "3", "--json").out());
    assertThat((List<?>) values.get("values")).hasSize(cpus);
    // A condition sees the sum.
    var sum = 5 + 2 * (cpus - 1);
    assertThat(ok("map", "count", map, "--where", "value.hits == " + sum).out()).startsWith("1 of");
    assertThat(ok("map", "count", map, "--where", "cpu0.hits = 5").out()).startsWith("1 of");
    assertThat(ok("map", "count", map, "--where", "value.hits > " + sum).out()).startsWith("0 of");
  }

  @Test
  void conditionsSortsAndLimitsChoose() {
    var map = id("zoo_hash");
    for (int i = 0; i < 20; i++) {
      ok(
          "map",
          "set",
          map,
          "pid=" + i,
          "comm=c" + i % 3,
          "value.hits=" + 100 * i,
          "value.kind=" + i % 3);
    }
    assertThat(lines("map", "dump", map)).hasSize(20);
    assertThat(
            lines(
                "map",
                "dump",
                map,
                "--where",
                "pid >= 5 and not (comm == c1 or value.kind = KIND_CLOSE)"))
        .hasSize(5)
        .allMatch(l -> l.contains("\"c0\""));
    assertThat(lines("map", "dump", map, "--where", "key.comm ~ '1'")).hasSize(7);
    assertThat(lines("map", "dump", map, "--sort", "-value.hits", "--limit", "2"))
        .satisfiesExactly(
            first -> assertThat(first).contains(".pid = 19"),
            second -> assertThat(second).contains(".pid = 18"));
    assertThat(lines("map", "dump", map, "--sort", "comm", "--limit", "1").getFirst())
        .contains("\"c0\"");
    assertThat(ok("map", "count", map).out()).isEqualTo("20 of 1000 entries (2 %)\n");
    assertThat(lines("map", "del", map, "--where", "pid < 10", "--dry-run")).hasSize(10);
    assertThat(object.map("zoo_hash").count()).isEqualTo(20);
    assertThat(Cli.run("map", "del", map, "--where", "pid < 10").err()).contains("--yes");
    assertThat(lines("map", "del", map, "--where", "pid < 10", "--yes")).hasSize(10);
    assertThat(object.map("zoo_hash").count()).isEqualTo(10);
  }

  private static List<String> lines(Object... words) {
    return ok(words).out().lines().toList();
  }

  @Test
  void jsonIsAnArrayOrLines() {
    var map = id("zoo_array");
    var array = (List<?>) JsonTree.read(ok("map", "dump", map, "--json").out());
    assertThat(array).hasSize(4);
    assertThat(lines("map", "dump", map, "--jsonl").stream().map(JsonTree::read).toList())
        .isEqualTo(array);
    assertThat(ok("map", "dump", id("zoo_hash"), "--json").out()).isEqualTo("[]\n");
    assertThat(ok("map", "dump", id("zoo_hash"), "--jsonl").out()).isEmpty();
  }

  @Test
  void queuesArePushedAndPopped() {
    var map = id("zoo_queue");
    ok("map", "push", map, "7");
    ok("map", "push", map, "value=8");
    var full = Cli.run("map", "push", map, "9");
    assertThat(full.status()).isEqualTo(1);
    assertThat(full.err()).contains("is full, with 2 values", "--replace");
    ok("map", "push", map, "9", "--replace");
    assertThat(ok("map", "pop", map, "--dry-run").out()).isEqualTo("8\n");
    assertThat(ok("map", "pop", map).out()).isEqualTo("8\n");
    assertThat(ok("map", "pop", map).out()).isEqualTo("9\n");
    assertThat(Cli.run("map", "pop", map).status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(Cli.run("map", "dump", map).err()).contains("has no keys\n  try: map push");
    assertThat(Cli.run("map", "push", id("zoo_array"), "1").err()).contains("no queue or stack");
  }

  @Test
  void mapsOfMapsTakeIds() {
    var inner = MapSpec.of("inner", MapType.ARRAY, 4, 8, 4);
    try (var outer =
            kernel.createMap(MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 8).withInner(inner));
        var first = kernel.createMap(inner)) {
      ok("map", "set", outer.id(), "1", first.id());
      assertThat(ok("map", "dump", outer.id()).out()).isEqualTo("1: " + first.id() + "\n");
      ok("map", "del", outer.id(), "1");
      assertThat(outer.count()).isZero();
    }
  }

  @Test
  void mistakesSayWhatIsMeant() {
    var map = id("zoo_hash");
    assertThat(Cli.run("map", "set", map, "hits=1").err()).contains("value.hits=1");
    assertThat(Cli.run("map", "set", map, "pdi=1").err()).contains("'pdi'", "pid");
    assertThat(Cli.run("map", "set", map, "pid=1").err()).contains("the value is missing");
    assertThat(Cli.run("map", "get", map, "pid=99").status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(Cli.run("map", "dump", map, "--where", "pid >").status()).isEqualTo(2);
    assertThat(Cli.run("map", "dump", map, "--where", "pid == 1 2").status()).isEqualTo(2);
    assertThat(Cli.run("map", "set", map, "pid=1", "value.hits=1", "--only-existing").err())
        .contains("has no entry");
    assertThat(Cli.run("map", "dump", "no_such_map").status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(Cli.run("map", "dump").status()).isEqualTo(2);
  }

  @Test
  @Requires(Facility.BPFFS)
  void mapsAreCreatedPinnedAndFrozen() {
    var pin = Path.of("/sys/fs/bpf/ebpf4j-create-" + ProcessHandle.current().pid());
    var other = Path.of(pin + "-other");
    var words =
        new Object[] {
          "map",
          "create",
          pin,
          "--type",
          "hash",
          "--key",
          "4",
          "--value",
          "8",
          "--entries",
          "16",
          "--flags",
          "no_prealloc"
        };
    var dry = java.util.Arrays.copyOf(words, words.length + 1);
    dry[words.length] = "--dry-run";
    assertThat(ok(dry).out()).startsWith("would create");
    assertThat(pin).doesNotExist();
    try {
      assertThat(ok(words).out()).startsWith("created map ").contains("pinned at " + pin);
      assertThat(Cli.run(words).err()).contains("is there already");
      assertThat(ok("map", "show", pin).out()).containsPattern("flags +BPF_F_NO_PREALLOC");
      ok("map", "pin", pin, other);
      assertThat(ok("map", "freeze", pin, "--dry-run").out()).startsWith("would freeze");
      assertThat(Cli.run("map", "freeze", pin).err()).contains("--yes");
      ok("map", "freeze", pin, "--yes");
      assertThat(Cli.run("map", "set", other, "1", "1").status()).isNotZero();
    } finally {
      Cli.run("unpin", pin, other);
    }
  }

  @Test
  void bytesOfBpftoolAreTheSame() throws java.io.IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        java.nio.file.Files.isExecutable(Path.of("/usr/sbin/bpftool")), "no bpftool here");
    ok(
        "map",
        "set",
        id("zoo_hash"),
        "pid=7",
        "comm=bash",
        "value.hits=1",
        "value.kind=KIND_OPEN",
        "value.on=true",
        "value.tag=ab",
        "value.delta=-4",
        "value.bits.low=5");
    ok("map", "set", id("zoo_cpu"), "3", "cpu0.hits=4");
    for (var name : List.of("zoo_hash", "zoo_cpu", "zoo_array", "zoo_lpm", ".data")) {
      var id = String.valueOf(id(name));
      var process = new ProcessBuilder("/usr/sbin/bpftool", "-j", "map", "dump", "id", id).start();
      var theirs =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(JsonTree.read(ok("map", "dump", id, "--bpftool").out()))
          .isEqualTo(JsonTree.read(theirs));
    }
  }

  /// Also while there is nothing to print: a write that fails would come too late.
  @Test
  void watchingEndsWhenNobodyReads() throws IOException {
    var map = object.map("zoo_array");
    var value = new AtomicInteger();
    try (var session =
        Session.startAfter("\"$@\" | head -1", "map", "watch", map.id(), "--every", "50ms")) {
      session.await(
          " ", () -> Cli.run("map", "set", map.id(), "0", String.valueOf(value.incrementAndGet())));
      assertThat(session.finish()).isZero();
    }
  }

  @Test
  void entriesOfArraysAreNotDeleted() {
    var run = Cli.run("map", "del", id("zoo_array"), "0");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains("the entries of an array are always there")
        .contains("\n  try: set the value");
  }

  @Test
  void mapsThatCannotBeReadSayWhy() {
    try (var sockets = kernel.createMap(MapSpec.of("sockets", MapType.SOCKMAP, 4, 4, 4));
        var ring = kernel.createMap(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096));
        var perf = kernel.createMap(MapSpec.of("perf", MapType.PERF_EVENT_ARRAY, 4, 4, 4))) {
      assertThat(Cli.run("map", "dump", sockets.id()).err()).contains("holds sockets");
      assertThat(Cli.run("map", "dump", ring.id(), "--json").err())
          .contains("{\"error\":")
          .contains("has no keys");
      assertThat(Cli.run("map", "dump", perf.id()).err()).contains("perf_event_array maps take no");
    }
  }
}
