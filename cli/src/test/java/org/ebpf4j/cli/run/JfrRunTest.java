package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.jfr.JfrEvents;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events of programs where people who run JVMs look for events: in Flight Recorder.
@KernelTest
@Requires({Facility.TRACEFS, Facility.JFR})
@RequiresKernel(value = "5.8", because = "the tools report through ring buffers")
class JfrRunTest {
  private static final Path EXECS = TestObjects.example("tools/execs.bpf.o");

  private static void execute() {
    Session.shell("/bin/true || true");
  }

  /// What the command of the JDK prints of the events in a file.
  private static String print(Path file, String... options) throws IOException {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "jfr").toString());
    words.add("print");
    words.addAll(List.of(options));
    words.add(file.toString());
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (var out = process.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theRecordingOpensWithTheCommandOfTheJdk(@TempDir Path directory) throws IOException {
    var file = directory.resolve("out.jfr");
    try (var session = Session.start("run", EXECS, "--jfr", file)) {
      session.await("executed: tracepoint");
      session.await("sh ", JfrRunTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out()).containsPattern("(?m)^ +\\d+ +\\d+ +\\d+ sh +/\\S*sh$");
    }
    assertThat(print(file, "--events", "ebpf.*"))
        .containsPattern(
            """
            ebpf\\.execs\\.events \\{
              startTime = .*
              pid = \\d+
              ppid = \\d+
              uid = \\d+
              comm = "sh"
              filename = "/\\S*sh"
            """);
    assertThat(print(file, "--json", "--events", "ebpf.execs.events"))
        .containsPattern("\"comm\": \"sh\"");
    assertThat(print(file, "--categories", "eBPF")).contains("ebpf.execs.events {");
  }

  @Test
  void eventsOfUnknownStructsAreRecordedAsBytes(@TempDir Path directory) throws IOException {
    var object = directory.resolve("run_events.bpf.o");
    Files.write(object, TestObjects.bytes("run_events"));
    var file = directory.resolve("out.jfr");
    try (var session = Session.start("run", object, "--jsonl", "--jfr", file)) {
      session.await("executed: tracepoint");
      session.await("\"map\":\"raw\"", JfrRunTest::execute);
      session.await("\"map\":\"execs\"");
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
    assertThat(print(file, "--events", "ebpf.*"))
        .containsPattern(
            """
            ebpf\\.Untyped \\{
              startTime = .*
              map = "run_events\\.raw"
              size = 4 bytes
              bytes = "04030201"
            """)
        .containsPattern(
            """
            ebpf\\.run_events\\.execs \\{
              startTime = .*
              pid = \\d+
              low = 9
              high = -7
              comm = "sh"
              left = 1
              right = 2
            """);
  }

  @Test
  void fromJavaEventsGoToTheRecordingsThatThereAre(@TempDir Path directory) throws IOException {
    var file = directory.resolve("out.jfr");
    var spec = ObjectSpec.read(EXECS);
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(spec);
        var ring = object.ringBuffer("events");
        var execs = JfrEvents.of(spec, "events");
        var recording = new Recording();
        var links = object.attachAll()) {
      recording.start();
      assertThat(links.links()).hasSize(1);
      var seen = 0;
      while (seen == 0) {
        execute();
        seen = ring.poll(Duration.ofSeconds(1), execs::commit);
      }
      recording.dump(file);
      assertThat(RecordingFile.readAllEvents(file))
          .filteredOn(e -> e.getEventType().getName().equals("ebpf.execs.events"))
          .hasSize(seen)
          .extracting(e -> e.getString("filename"))
          .contains("/bin/true");
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsRefusedBeforeAnythingIsLoaded(@TempDir Path directory) {
    var missing = Cli.run("run", EXECS, "--jfr", directory.resolve("none/out.jfr"));
    assertThat(missing.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(missing.err())
        .startsWith(
            "ebpf4j: " + directory + "/none/out.jfr: cannot be written: no such directory\n");
    var folder = Cli.run("run", EXECS, "--jfr", directory);
    assertThat(folder.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(folder.err()).contains("not a file, and not replaced by one");
    var system = Cli.run("run", EXECS, "--jfr", "/proc/out.jfr");
    assertThat(system.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(system.err()).contains("/proc/out.jfr: cannot be written");
  }
}
