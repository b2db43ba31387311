package org.ebpf4j.cli.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Random;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `ebpf4j map export`, `import`, `diff` and `watch`.
@KernelTest
class MapFilesTest {
  private final LinuxKernel kernel = LinuxKernel.open();
  private LinuxObject object;
  private LinuxObject other;

  @TempDir private Path directory;

  @BeforeEach
  void load() {
    object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")));
    other = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")));
  }

  @AfterEach
  void close() {
    object.close();
    other.close();
  }

  private static Cli ok(Object... words) {
    var run = Cli.run(words);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  /// Entries of random bytes, padding and text without an end among them.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap") // Only gone through.
  private static void fill(LinuxMap map, int count) {
    var random = new Random(5);
    var entries = new HashMap<byte[], byte[]>();
    for (int i = 0; i < count; i++) {
      var key = new byte[map.keySize()];
      var value = new byte[map.valueSize()];
      random.nextBytes(key);
      random.nextBytes(value);
      entries.put(key, value);
    }
    map.updateAll(entries, Update.ANY);
  }

  @ParameterizedTest
  @CsvSource({
    "zoo_hash, jsonl, false",
    "zoo_hash, csv, true",
    "zoo_cpu, jsonl, false",
    "zoo_cpu, csv, true",
    "zoo_million, csv, false",
    "zoo_million, jsonl, true",
  })
  void whatIsExportedIsImportedAsItWas(String name, String format, boolean hex) {
    var map = object.map(name);
    fill(map, 50);
    var file = directory.resolve("entries." + format);
    var words = new java.util.ArrayList<Object>(java.util.List.of("map", "export", map.id(), file));
    if (hex) {
      words.add("--hex");
    }
    assertThat(ok(words.toArray()).out()).startsWith("wrote 50 entries");
    var copy = other.map(name);
    assertThat(ok("map", "import", copy.id(), file, "--dry-run").out())
        .startsWith("would add 50 entries");
    assertThat(copy.count()).isZero();
    ok("map", "import", copy.id(), file);
    assertThat(copy.count()).isEqualTo(50);
    assertThat(ok("map", "diff", map.id(), copy.id()).out()).isEmpty();
    assertThat(ok("map", "diff", map.id(), file).out()).isEmpty();
  }

  @Test
  void tablesHaveAColumnForEachPart() throws IOException {
    var map = object.map("zoo_hash").id();
    ok(
        "map",
        "set",
        map,
        "pid=7",
        "comm=a,b",
        "value.hits=3",
        "value.kind=KIND_OPEN",
        "value.on=1");
    var file = directory.resolve("entries.csv");
    ok("map", "export", map, file);
    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            header ->
                assertThat(header)
                    .startsWith("key.pid,key.comm,value.hits,value.delta,value.kind,value.address"),
            row -> assertThat(row).startsWith("7,\"a,b\",3,0,KIND_OPEN,0.0.0.0,0,true,"));
    var copy = other.map("zoo_hash").id();
    ok("map", "import", copy, file);
    assertThat(ok("map", "diff", map, copy, "--json").out()).isEqualTo("[]\n");
  }

  @Test
  void nothingIsWrittenOverBySurprise() throws IOException {
    var map = object.map("zoo_array").id();
    ok("map", "set", map, "1", "5");
    var file = directory.resolve("entries.jsonl");
    ok("map", "export", map, file);
    assertThat(Cli.run("map", "export", map, file).err())
        .contains("is there already", "--overwrite");
    ok("map", "export", map, file, "--overwrite");
    ok("map", "set", map, "1", "6");
    var refused = Cli.run("map", "import", map, file);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("has an entry 1: 6 already; nothing was written", "--update");
    assertThat(ok("map", "import", map, file, "--update").out()).contains("changed 1");
    assertThat(ok("map", "get", map, "1").out()).isEqualTo("1: 5\n");
    Files.writeString(file, "{\"key\":1,\"value\":2}\n{\"key\":1}\n");
    assertThat(Cli.run("map", "import", map, file, "--update").err())
        .contains("line 2: a line has no value");
    assertThat(ok("map", "get", map, "1").out()).isEqualTo("1: 5\n");
  }

  @Test
  void differencesAreShown() {
    var first = object.map("zoo_hash").id();
    var second = other.map("zoo_hash").id();
    ok("map", "set", first, "pid=1", "value.hits=1");
    ok("map", "set", first, "pid=2", "value.hits=1");
    ok("map", "set", second, "pid=2", "value.hits=2");
    ok("map", "set", second, "pid=3", "value.hits=1");
    var run = Cli.run("map", "diff", first, second);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("- { .pid = 1"),
            line -> assertThat(line).startsWith("~ { .pid = 2").contains(" -> "),
            line -> assertThat(line).startsWith("+ { .pid = 3"));
    assertThat(
            (java.util.List<?>)
                JsonTree.read(Cli.run("map", "diff", first, second, "--json").out()))
        .hasSize(3);
    assertThat(Cli.run("map", "diff", first, object.map("zoo_array").id()).err())
        .contains("other sizes");
  }

  @Test
  void changesAreWatched() throws Exception {
    var map = object.map("zoo_array");
    try (var writer = java.util.concurrent.Executors.newSingleThreadExecutor()) {
      var done = new java.util.concurrent.atomic.AtomicBoolean();
      var writing =
          writer.submit(() -> {
            for (long i = 1; !done.get(); i++) {
              var value = new byte[8];
              value[0] = (byte) i;
              map.update(new byte[4], value, Update.ANY);
            }
          });
      var lines = ok("map", "watch", map.id(), "--every", "20ms", "--count", "20", "--jsonl").out();
      done.set(true);
      writing.get();
      assertThat(lines.lines())
          .isNotEmpty()
          .allMatch(l -> l.startsWith("{\"change\":\"changed\",\"key\":0,"));
    }
  }
}
