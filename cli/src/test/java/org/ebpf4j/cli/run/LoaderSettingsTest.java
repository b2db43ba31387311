package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Objects of tools with a loader of their own are run without it: what it would set is said by
/// options.
@KernelTest
@Requires(Facility.TRACEFS)
class LoaderSettingsTest {
  private static final Path OBJECT = TestObjects.file("attach/loader_sets");

  private static final String HEADER =
      """
      #define NAME_LENGTH 16
      struct event {
        unsigned __int128 address;
        int stack;
        uid_t uid;
        char comm[NAME_LENGTH];
      };
      """;

  @TempDir private Path directory;

  private Object[] line(String program, String... more) throws IOException {
    var header = Files.writeString(directory.resolve("event.h"), HEADER);
    var line = new ArrayList<Object>(List.of("run", OBJECT, "--program", program));
    line.addAll(List.of("--map-entries", "stacks=64", "--set", "wanted_result=7"));
    line.addAll(List.of("--event-layout", "events=" + header));
    line.addAll(List.of(more));
    return line.toArray();
  }

  private void reports(String program) throws IOException {
    try (var session = Session.start(line(program, "--map-value-size", "stacks=1016"))) {
      session.await(program + ": ");
      session.await("18446744073709551621", () -> Session.shell("/bin/true || true"));
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out())
          .containsPattern("(?m)^ +ADDRESS +STACK +UID COMM$")
          .containsPattern("(?m)^18446744073709551621 +\\d+ +\\d+ \\S+");
    }
  }

  @Test
  void theTypedProgramReports() throws IOException {
    reports("executed_typed");
  }

  @Test
  void theRawProgramReports() throws IOException {
    reports("executed_raw");
  }

  @Test
  void aMapWithoutADepthSaysTheOption() throws IOException {
    var run = Cli.run(line("executed_raw", "--duration", "0s"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("\n  try: say how deep: --map-value-size stacks=1016, or in C ");
  }
}
