package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of commands whose output takes no more.
@KernelTest
class OutputTest {
  private static final Path HELLO = TestObjects.example("hello/hello.bpf.o");

  static Stream<List<Object>> printing() {
    return Stream.of(
        List.of("--help"),
        List.of("run", "--help"),
        List.of("run", HELLO, "--help-object"),
        List.of("disasm", HELLO),
        List.of("generate", HELLO),
        List.of("btf", "dump", HELLO),
        List.of("btf", "dump", HELLO, "--format", "c"),
        List.of("prog", "list"),
        List.of("link", "list"),
        List.of("tree"),
        List.of("net"),
        List.of("top", "--once", "--every", "10ms"),
        List.of("stats", "show"),
        List.of("attach", "--list"),
        List.of("doctor"),
        List.of("completion"));
  }

  @ParameterizedTest
  @MethodSource("printing")
  void aFullDeviceIsToldAndGivesStatus1(List<Object> words) throws IOException {
    try (var session = Session.startAfter("exec \"$@\" >/dev/full", words.toArray())) {
      assertThat(session.finish()).isEqualTo(ExitStatus.FAILED);
      assertThat(session.err())
          .isEqualTo("ebpf4j: standard output: cannot be written: no space left on device\n");
    }
  }

  @Test
  void commandsOfTheKernelTellItToo(@TempDir Path directory) throws IOException {
    for (var words :
        List.of(
            List.<Object>of("verify", HELLO),
            List.<Object>of("verify", "--json", HELLO),
            List.<Object>of("link", directory.resolve("out.o"), HELLO),
            List.<Object>of(
                "run",
                TestObjects.example("sections/maps.bpf.o"),
                "--duration",
                "0s",
                "--maps",
                "all"))) {
      try (var session = Session.startAfter("exec \"$@\" >/dev/full", words.toArray())) {
        assertThat(session.finish()).as("%s", words).isEqualTo(ExitStatus.FAILED);
        assertThat(session.err())
            .contains("standard output: cannot be written: no space left on device");
      }
    }
  }

  @Test
  void runEndsWhenItsReaderIsGone() throws IOException {
    var before = Alive.now();
    try (var session =
        Session.startAfter(
            "{ \"$@\"; echo \"status $?\" >&2; } | head -1",
            "run",
            TestObjects.file("ends_flood"))) {
      session.await("status 1", Flood::once);
      assertThat(session.finish()).isZero();
      assertThat(session.out().lines()).hasSize(1);
      assertThat(session.err()).doesNotContain("broken").doesNotContain("Exception");
    }
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  void aNameWithALineBreakForgesNoLine(@TempDir Path directory) throws IOException {
    var name = "x\nebpf4j: forged";
    for (var run :
        List.of(
            Cli.run("run", directory.resolve(name)),
            Cli.run("btf", "dump", directory.resolve(name)),
            Cli.run("prog", "show", name),
            Cli.run("run", HELLO, "--attach", "hello=xdp:" + name),
            Cli.run("run", HELLO, "--attach", "hello=tracepoint:" + name + "/y"),
            Cli.run("run", HELLO, "--set", name + "=1"),
            Cli.run("run", HELLO, name),
            Cli.run(name))) {
      assertThat(run.status()).isNotZero();
      assertThat(run.out()).isEmpty();
      assertThat(run.err().lines().filter(line -> line.startsWith("ebpf4j: "))).hasSize(1);
    }
  }

  @Test
  void ordersToATerminalAreNotWritten() {
    var bytes = new ByteArrayOutputStream();
    var printer = StandardOutput.ofResults(bytes).printer();

    printer.print("a\033[31m😀");
    printer.print('\ud83d');
    printer.print('\ude00');
    printer.println("\u009b\u202e\t.");

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("a\\x1b[31m😀😀\\u009b\\u202e\t.\n");
  }

  @Test
  void aWriteThatBlocksDoesNotKeepTheCommandFromItsEnd() {
    var never = new CountDownLatch(1);
    var stuck =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    var printer = StandardOutput.ofResults(stuck).printer();
    StandardOutput.neverBlockAfter(printer, () -> true);

    Assertions.assertThatExceptionOfType(OutputException.class)
        .isThrownBy(() -> printer.println("x"))
        .withMessageContaining("nobody reads it");
    printer.println("what comes then is dropped");
    never.countDown();
  }
}
