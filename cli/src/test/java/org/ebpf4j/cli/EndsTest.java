package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process always ends, whatever comes at it.
@KernelTest
@Requires(Facility.SPEED)
class EndsTest {
  @Requires({Facility.TRACEFS, Facility.SPEED})
  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void runEndsAtASignalUnderAFlood(String signal) throws IOException {
    assumeTrue(
        !signal.equals("INT") || Session.takesInterrupts(),
        "SIGINT is ignored by whoever started us");
    var before = Alive.now();
    try (var flood = Flood.start();
        var session = Session.start("run", TestObjects.file("ends_flood"))) {
      session.await("attached to");
      session.await("called by");
      session.signal(signal);

      assertThat(session.finish()).isEqualTo(signal.equals("INT") ? ExitStatus.INTERRUPTED : 0);
      assertThat(flood).isNotNull();
    }
    assertThat(before.newcomers()).isEmpty();
  }

  @Requires({Facility.TRACEFS, Facility.SPEED})
  @Test
  void runEndsAfterItsTimeUnderAFlood() throws IOException {
    try (var flood = Flood.start();
        var session = Session.start("run", TestObjects.file("ends_flood"), "--duration", "500ms")) {
      assertThat(session.finish()).isZero();
      // On a slow machine there may be no time for a line of the trace.
      assertThat(session.out()).contains("flood");
      assertThat(flood).isNotNull();
    }
  }

  @Requires({Facility.TRACEFS, Facility.SPEED})
  @Test
  void runEndsWhenNobodyReadsWhatItPrints() throws IOException {
    var before = Alive.now();
    try (var flood = Flood.start();
        var session =
            Session.startAfter(
                "{ \"$@\"; echo \"status $?\" >&2; } | exec sleep 40",
                "run",
                TestObjects.file("ends_flood"),
                "--duration",
                "4s")) {
      session.await("status 1");
      assertThat(session.err()).contains("nobody reads it");
      assertThat(flood).isNotNull();
    }
    assertThat(before.newcomers()).isEmpty();
  }

  /// An object of a few KB whose data section takes more memory than there is.
  @Test
  void anErrorOfTheMachineEndsTheProcess(@TempDir Path directory) throws IOException {
    var huge = directory.resolve("huge.o");
    try (var file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
      file.write(Files.readAllBytes(TestObjects.example("hello/hello.bpf.o")));
      file.setLength(64L << 20);
    }
    try (var session = Session.startWithJvm(List.of("-Xmx32m"), "btf", "dump", huge)) {
      assertThat(session.finish()).isEqualTo(ExitStatus.FAILED);
      assertThat(session.err())
          .startsWith("ebpf4j: out of memory: a heap of ")
          .contains("JAVA_TOOL_OPTIONS=-Xmx");
    }
  }
}
