package org.ebpf4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ctrl-C of commands that go on until then: the exit status is 130, what there is was printed, as
/// whole JSON where that was wanted. What is left in the kernel is the subject of [RandomEndsTest].
@KernelTest
@Requires({Facility.TRACEFS, Facility.SPEED})
@RequiresKernel(value = "5.8", because = "the counting of runs by a descriptor")
class CtrlCTest {
  /// A command, with `MAP` for the id of a map, and `CONFIG` for a configuration of metrics.
  ///
  /// @param printed what is waited for before the signal; for a command that prints nothing so far,
  ///   the file that it has open, or the function of the kernel in which it waits
  record Row(String line, String printed) {
    boolean isJson() {
      return line.contains("--json ") || line.endsWith("--json");
    }

    @Override
    public String toString() {
      return line;
    }
  }

  @TempDir private Path directory;

  @BeforeAll
  static void takesInterrupts() {
    assumeTrue(Session.takesInterrupts(), "SIGINT is ignored by whoever started us");
  }

  private static Stream<Row> rows() {
    var hello = TestObjects.example("hello/hello.bpf.o");
    return Stream.of(
        new Row("run " + hello + " --json", "\"trace\":"),
        new Row("map watch MAP --every 100ms --json", "changed"),
        new Row("map watch MAP --every 100ms --jsonl", "changed"),
        new Row("top --all --every 200ms --json", "\"id\":"),
        new Row("top --once --every 1000s --json", "anon_inode:bpf-stats"),
        new Row("verify --files-from -", "pipe_read"),
        new Row(
            "export prometheus CONFIG "
                + TestObjects.example("sections/maps.bpf.o")
                + " --listen 127.0.0.1:0",
            "/metrics"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void endsWithWhatThereIs(Row row) throws IOException {
    var words = new ArrayList<Object>();
    try (var kernel = LinuxKernel.open();
        var _ = kernel.load(ObjectSpec.read(TestObjects.example("hello/hello.bpf.o")));
        var map = kernel.createMap(MapSpec.of("watched", MapType.HASH, 4, 4, 4))) {
      for (var word : row.line().split(" ", -1)) {
        words.add(
            switch (word) {
              case "MAP" -> map.id();
              case "CONFIG" ->
                  Files.writeString(
                      directory.resolve("metrics.yaml"),
                      """
                      metrics:
                        counters:
                          - name: executions
                            help: Executed programs
                            labels: [{name: cpu}]
                      """);
              default -> word;
            });
      }
      try (var session = Session.start(words.toArray())) {
        var next = new int[1];
        if (row.printed().startsWith("anon_inode:")) {
          session.awaitOpen(row.printed());
        } else if (row.printed().equals("pipe_read")) {
          session.awaitWaiting(row.printed());
        } else {
          session.await(
              row.printed(),
              () -> {
                map.update(new byte[4], new byte[] {(byte) next[0]++, 0, 0, 0});
                Session.shell("true");
              });
        }
        session.signal("INT");
        assertThat(session.finish()).as(session.err()).isEqualTo(ExitStatus.INTERRUPTED);
        assertThat(session.err()).doesNotContain("Exception");
        if (row.isJson() && !session.out().isEmpty()) {
          assertThat(JsonTree.read(session.out())).isInstanceOf(List.class);
        }
        if (row.line().endsWith("--jsonl")) {
          assertThat(session.out().isEmpty() || session.out().endsWith("}\n")).isTrue();
          session.out().lines().forEach(JsonTree::read);
        }
      }
    }
  }

  /// An array that takes seconds to go through. One of its values is 77.
  private static LinuxMap large(LinuxKernel kernel) {
    var map = kernel.createMap(MapSpec.of("large", MapType.ARRAY, 4, 8, 4_000_000));
    map.update(new byte[] {5, 0, 0, 0}, new byte[] {77, 0, 0, 0, 0, 0, 0, 0});
    return map;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "map dump LARGE --where value=77 --json",
        "map dump LARGE --where value=77",
        "map dump LARGE --sort value --limit 2 --json",
        "map count LARGE --where value=77 --json",
        "map export LARGE --where value=77 --json",
        "map export LARGE FILE --json"
      })
  void endsInTheMiddleOfALargeMap(String line) throws IOException {
    var file = directory.resolve("entries.jsonl");
    try (var kernel = LinuxKernel.open();
        var map = large(kernel);
        var session = Session.start(words(line, "LARGE", map.id(), "FILE", file))) {
      session.awaitOpen("anon_inode:bpf-map");
      session.signal("INT");
      assertThat(session.finish()).as(session.err()).isEqualTo(ExitStatus.INTERRUPTED);
      assertThat(session.err()).doesNotContain("Exception");
      assertThat(file).doesNotExist();
      if (line.endsWith("--json") && !session.out().isEmpty()) {
        JsonTree.read(session.out());
      }
    }
  }

  /// Nothing is written where not all of it was read.
  @Test
  void importsNothingOfAFileThatDidNotEnd() throws IOException {
    var pipe = pipe();
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("filled", MapType.HASH, 4, 4, 4));
        var session = Session.start("map", "import", map.id(), pipe);
        var writer = new FileOutputStream(pipe.toFile())) {
      writer.write("{\"key\":\"0x01000000\",\"value\":\"0x02000000\"}\n".getBytes(UTF_8));
      session.signal("INT");
      assertThat(session.finish()).as(session.err()).isEqualTo(ExitStatus.INTERRUPTED);
      assertThat(session.err()).doesNotContain("Exception");
      assertThat(map.lookup(new byte[] {1, 0, 0, 0})).isEmpty();
    }
  }

  /// Standard output is a pipe that is full: the first that is written waits for ever.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "iter cat LINK",
        "iter cat LINK --json",
        "map dump LARGE",
        "map export LARGE --json",
        "feature",
        "feature --json",
        "perf",
        "prog list",
        "tree --json",
        "btf dump /sys/kernel/btf/vmlinux"
      })
  @RequiresKernel(value = "5.11", because = "iterators over a map of another object")
  void endsWhereNobodyReads(String line) throws IOException {
    var pipe = pipe();
    var iterators = ObjectSpec.read(TestObjects.file("attach/iterators"));
    try (var kernel = LinuxKernel.open();
        var map = large(kernel);
        var object =
            kernel.load(
                iterators.withEachProgram(p -> p.withAutoload(p.name().equals("elements"))));
        var link = object.program("elements").attach(new KernelIterator("bpf_map_elem").over(map));
        var full = new RandomAccessFile(pipe.toFile(), "rw")) {
      full.write(new byte[1 << 16]);
      try (var session =
          Session.startInto(pipe, words(line, "LARGE", map.id(), "LINK", link.ids().getFirst()))) {
        session.awaitWaiting("pipe_write");
        session.signal("INT");
        assertThat(session.finish()).as(session.err()).isEqualTo(ExitStatus.INTERRUPTED);
        assertThat(session.err()).doesNotContain("Exception");
      }
    }
  }

  private static Object[] words(String line, Object... names) {
    return Stream.of(line.split(" ", -1))
        .map(word -> {
          for (int i = 0; i < names.length; i += 2) {
            if (word.equals(names[i])) {
              return names[i + 1];
            }
          }
          return word;
        })
        .toArray();
  }

  private Path pipe() {
    var pipe = directory.resolve("pipe");
    assertThat(Session.shell("mkfifo '" + pipe + "'")).isZero();
    return pipe;
  }
}
