package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.cli.process.ExitStatus;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ctrl-C of commands that go on until then: the exit status is 130, what there is was printed, as
/// whole JSON where that was wanted. What is left in the kernel is the subject of [RandomEndsTest].
@KernelTest
@Requires({Facility.TRACEFS, Facility.SPEED})
@RequiresKernel(value = "5.8", because = "the counting of runs by a descriptor")
class CtrlCTest {
  /// A command, with `MAP` for the id of a map, and `CONFIG` for a configuration of metrics.
  ///
  /// @param printed what is waited for before the signal; empty where it waits for its input
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
        new Row("top --once --every 1000s --json", ""),
        new Row("verify --files-from -", ""),
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
        if (!row.printed().isEmpty()) {
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
}
