package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Flood;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `run` lets people choose: programs, values, sizes of maps, layouts of events.
@KernelTest
@Requires(Facility.TRACEFS)
class RunOptionsTest {
  private static final Path SETTINGS = TestObjects.file("settings");

  private static Cli run(Object... more) {
    var words = new Object[more.length + 4];
    words[0] = "run";
    words[1] = SETTINGS;
    words[2] = "--duration";
    words[3] = "0s";
    System.arraycopy(more, 0, words, 4, more.length);
    return Cli.run(words);
  }

  private static final String[] SIZED = {"--map-entries", "seen=64"};

  @Test
  void oneProgramIsChosen() {
    var run = run("--program", "reported", SIZED[0], SIZED[1]);

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .contains("reported: tracepoint", "attached to tracepoint/syscalls/sys_enter_getuid")
        .doesNotContain("nowhere");
  }

  @Test
  void anOptionalProgramIsAskedForByItsName() {
    var run = run("--program", "optional", SIZED[0], SIZED[1]);

    assertThat(run.status()).isZero();
    assertThat(run.err()).contains("optional: tracepoint").doesNotContain("reported");
  }

  @Test
  void oneProgramIsLeftOut() {
    var run = run("--without", "nowhere", SIZED[0], SIZED[1]);

    assertThat(run.status()).isZero();
    assertThat(run.err()).contains("reported: tracepoint").doesNotContain("nowhere");
  }

  @Test
  void leavingAllOutIsAMistake() {
    var run = run("--without", "nowhere,reported", SIZED[0], SIZED[1]);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("ebpf4j: --without leaves no program\n");
  }

  @Test
  void aProgramThatThereIsNotIsNotFound() {
    var run = run("--program", "reprted");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("no program 'reprted'").contains("reported");
  }

  @Test
  void whatDoesNotAttachIsToldAndTheRestGoesOn() {
    var run = run("--keep-going", SIZED[0], SIZED[1]);

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .contains("not attached: 'nowhere': ", "reported: tracepoint", "attached to tracepoint");
  }

  @Test
  void goingOnWithoutAnyProgramIsAFailure() {
    var run =
        Cli.run(
            "run", TestObjects.file("bad_null"), "--keep-going", "--no-trace", "--duration", "0s");

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(run.err()).startsWith("ebpf4j: ").doesNotContain("not loaded");
  }

  @Test
  void aMapHasAsManyEntriesAsIsSaid() {
    var run = run("--program", "reported", SIZED[0], SIZED[1], "--steps");

    assertThat(run.err())
        .contains("create map seen: hash, keys of 4 bytes, values of 8, 64 entries");
    assertThat(run("--map-entries", "seen=0").err()).contains("it takes a number from 1 to ");
    assertThat(run("--map-value-size", "seen=0").err())
        .contains("--map-value-size: map 'seen' cannot have '0' bytes in a value");
    assertThat(
            run("--program", "reported", SIZED[0], SIZED[1], "--map-value-size", "seen=16", "-v")
                .err())
        .contains("create map seen: hash, keys of 4 bytes, values of 16, 64 entries");
    assertThat(run("--map-entries", "sen=1").status()).isEqualTo(ExitStatus.NOT_FOUND);
  }

  @Test
  void membersElementsAndTruthValuesAreSet() {
    assertThat(
            run(
                    "--program",
                    "reported",
                    SIZED[0],
                    SIZED[1],
                    "--set",
                    "cfg.pid=1",
                    "--set",
                    "limits[2]=3",
                    "--set",
                    "cfg.ports[1]=80",
                    "--set",
                    "verbose=true")
                .status())
        .isZero();
    var refused = run("--set", "verbose=2");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith("ebpf4j: --set: 2 does not fit into variable 'verbose'")
        .hasLineCount(2);
    assertThat(run("--set", "cfg.pidd=1").status()).isEqualTo(ExitStatus.NOT_FOUND);
  }

  @Test
  void eventsHaveTheLayoutThatIsGivenAsText() throws IOException {
    try (var session =
        Session.start(
            "run",
            SETTINGS,
            "--program",
            "reported",
            SIZED[0],
            SIZED[1],
            "--set",
            "cfg.pid=7",
            "--jsonl",
            "--event-layout",
            "struct report { u32 sum; char comm[16]; }")) {
      session.await("\"event\":{\"sum\":7,\"comm\":\"", Flood::once);
    }
  }

  @Test
  void eventsHaveTheLayoutThatIsInAHeader(@TempDir Path directory) throws IOException {
    var header =
        Files.writeString(
            directory.resolve("report.h"),
            "#define LEN 16\nstruct report { __u32 sum; char comm[LEN]; };\nstruct other { int x; };\n");
    try (var session =
        Session.start(
            "run",
            SETTINGS,
            "--program",
            "reported",
            SIZED[0],
            SIZED[1],
            "--event-layout",
            "reports=" + header,
            "--event",
            "reports=report")) {
      session.await("SUM COMM", Flood::once);
    }
    assertThat(run("--event-layout", directory.resolve("none.h")).status())
        .isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run("--event-layout", "struct x { what y; }").err())
        .contains("--event-layout, line 1: there is no type 'what' here");
  }

  @Test
  void aHeaderIsReadWithThoseThatItIncludes(@TempDir Path directory) throws IOException {
    Files.createDirectory(directory.resolve("common"));
    Files.writeString(
        directory.resolve("common/task.h"), "#define LEN 16\nstruct task { char comm[LEN]; };\n");
    var c = "struct report { __u32 sum; struct task task; };\n";
    var header = directory.resolve("report.h");
    Files.writeString(header, "#include \"common/task.h\"\n" + c);
    var other = directory.resolve("other.h");
    Files.writeString(other, "#include \"task.h\"\n" + c);
    Files.writeString(directory.resolve("broken.h"), "\nstruct broken { what is; };\n");
    Files.writeString(directory.resolve("wants.h"), "#include \"broken.h\"\n" + c);

    assertThat(run("--event-layout", header, "--help-object").out())
        .containsPattern("(?m)^  reports +ringbuf, struct report$");
    assertThat(run("--event-layout", other).err())
        .startsWith(
            "ebpf4j: %s, line 2: the type of 'task' has no size here; %s, line 1 includes \"task.h\", which is not there\n"
                .formatted(other, other));
    assertThat(run("--event-layout", directory.resolve("wants.h")).err())
        .startsWith(
            "ebpf4j: %s, line 2: there is no type 'what' here"
                .formatted(directory.resolve("broken.h")));
  }

  @Test
  void emptySlotsAreNoEntriesAndAMapThatCannotBeReadIsALine() throws IOException {
    for (var json : new String[] {"--no-trace", "--jsonl"}) {
      try (var session =
          Session.start(
              "run", TestObjects.file("slots"), "--maps", "all", "--every", "100ms", json)) {
        session.await(json.equals("--jsonl") ? "\"key\":1,\"value\":2" : "  1: 2", Flood::once);

        assertThat(session.out()).doesNotContain("changed").doesNotContain("consistent");
        session.await("map 'c_cgroups' is not shown: ");
      }
    }
  }

  @Test
  void histogramsAreShownWithWhatStandsBesideThem() throws IOException {
    try (var session =
        Session.start(
            "run",
            TestObjects.file("histograms"),
            "--no-trace",
            "--maps",
            "all,.bss",
            "--every",
            "100ms")) {
      session.await("  calls: 9", Flood::once);

      assertThat(session.out())
          .contains(
              """
                0: { .count = 7 }
                           0 -> 1            : 0          |                                        |
                           2 -> 3            : 0          |                                        |
                           4 -> 7            : 7          |****************************************|
              """)
          .contains(
              """
                by_kind[1]: { .count = 5 }
                           0 -> 1            : 1          |**********                              |
                           2 -> 3            : 4          |****************************************|
              """)
          .contains(
              """
                latency_hist
                           0 -> 1            : 0          |                                        |
                           2 -> 3            : 0          |                                        |
                           4 -> 7            : 0          |                                        |
                           8 -> 15           : 2          |****************************************|
              """)
          .contains("  hist: { .count = 0 }\n")
          .doesNotContain("by_kind[0]");
    }
  }

  @Test
  void whatSlotsCountIsSaid() throws IOException {
    try (var session =
        Session.start(
            "run",
            TestObjects.file("histograms"),
            "--no-trace",
            "--maps",
            "all,.bss",
            "--histogram",
            "linear:200,latency_hist=log2,totals=linear",
            "--every",
            "100ms")) {
      session.await("  calls: 9", Flood::once);

      assertThat(session.out())
          .contains(
              """
                0: { .count = 7 }
                           0 -> 0            : 0          |                                        |
                           1 -> 1            : 0          |                                        |
                           2 -> 2            : 7          |****************************************|
              """)
          .contains(
              """
                by_kind[1]: { .count = 5 }
                           0 -> 199          : 1          |**********                              |
                         200 -> 399          : 4          |****************************************|
              """)
          .contains("           8 -> 15           : 2          |****************");
    }
  }

  @Test
  void whatIsNoScaleIsRefused() {
    var file = TestObjects.file("histograms");
    for (var scale : List.of("ln", "linear:0", "linear:x", "totals=")) {
      var run = Cli.run("run", file, "--maps", "totals", "--histogram", scale);
      assertThat(run.status()).as(scale).isEqualTo(2);
      assertThat(run.err()).startsWith("ebpf4j: --histogram: ").contains("help: ebpf4j run");
    }
    var run = Cli.run("run", file, "--maps", "totals", "--histogram", "total=linear");
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("no map or variable 'total'", "totals");
  }
}
