package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What `run` and `load` do where a program is not attached.
@KernelTest
@Requires({Facility.BPFFS, Facility.TRACEFS})
class AttachRunTest {
  private final Path directory =
      Path.of("/sys/fs/bpf/ebpf4j-attach-" + ProcessHandle.current().pid());
  private final Path object = TestObjects.file("attach_choice");
  private final Path pin = directory.resolve("ebpf4j_choice");

  @AfterEach
  void nothingIsLeft() {
    if (Files.exists(directory)) {
      Cli.run("unpin", directory);
    }
  }

  @Test
  void aTracepointThatIsMissingEndsTheRunAndUndoesItsPins() throws IOException {
    Files.createDirectory(directory);
    var before = Alive.now();

    var run = Cli.run("run", object, "--pin-path", directory, "--duration", "0s", "--no-trace");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("no tracepoint 'syscalls/sys_enter_nowhere'");
    assertThat(pin).doesNotExist();
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  void keepGoingAttachesTheOthersAndLeavesTheirPins() throws IOException {
    Files.createDirectory(directory);

    var run =
        Cli.run(
            "run",
            object,
            "--pin-path",
            directory,
            "--duration",
            "0s",
            "--no-trace",
            "--keep-going");

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .contains("not attached: 'gone': no tracepoint 'syscalls/sys_enter_nowhere'")
        .containsPattern(
            "there: tracepoint, fd \\d+, id \\d+, attached to tracepoint/sched/sched_");
    assertThat(pin).exists();
  }

  @Test
  void aPinThatWasThereBeforeStays() throws IOException {
    Files.createDirectory(directory);
    Cli.run("run", object, "--pin-path", directory, "--duration", "0s", "--keep-going");
    assertThat(pin).exists();

    Cli.run("run", object, "--pin-path", directory, "--duration", "0s");

    assertThat(pin).exists();
  }

  @Test
  void anOptionalProgramIsAskedForByAttaching() {
    var run =
        Cli.run(
            "run",
            object,
            "--pin-path",
            directory,
            "--attach",
            "optional=raw_tracepoint:sched_switch",
            "--attach",
            "gone=tracepoint:sched/sched_wakeup",
            "--duration",
            "0s",
            "--no-trace");

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .containsPattern("optional: raw_tracepoint, .*attached to raw_tracepoint/sched_switch")
        .containsPattern("gone: tracepoint, .*attached to tracepoint/sched/sched_wakeup");
  }

  @Test
  void loadLooksAtThePinsBeforeItLoads() {
    assertThat(
            Cli.run(
                    "load",
                    TestObjects.example("hello/hello.bpf.o"),
                    "--pin",
                    directory,
                    "--no-attach")
                .status())
        .isZero();

    var again =
        Cli.run("load", TestObjects.example("hello/hello.bpf.o"), "--pin", directory, "--steps");

    assertThat(again.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(again.err())
        .startsWith("ebpf4j: program 'hello' cannot be pinned at " + directory + "/programs/hello")
        .doesNotContain("- ");
  }
}
