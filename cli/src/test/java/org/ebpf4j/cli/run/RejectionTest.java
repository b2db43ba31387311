package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the command line says when the kernel refuses.
@KernelTest
class RejectionTest {
  @TempDir private Path directory = Path.of("");

  private Path instructions(long... slots) throws IOException {
    var file = directory.resolve("bad.text");
    Files.write(file, Instructions.of(slots).toBytes(ByteOrder.nativeOrder()));
    return file;
  }

  @Test
  void printsTheTellingLineFirstAndTheWholeLogWhenAsked() throws IOException {
    var before = Alive.now();
    var file = instructions(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
    var args =
        new Object[] {
          "run", file, "--type", "socket_filter", "--attach", "socket:listen=0", "--no-trace"
        };

    var brief = Cli.run(args);
    var full = Cli.run(append(args, "--log"));

    assertThat(brief.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(brief.err())
        .startsWith("ebpf4j: R0 !read_ok\n")
        .contains("at instruction 0: (95) exit")
        .contains("try: ");
    assertThat(brief.err()).doesNotContain("processed ");
    assertThat(full.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(full.err())
        .contains("0: (95) exit")
        .contains("processed ")
        .contains("ebpf4j: R0 !read_ok\n");
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  void writesTheLogToAFile() throws IOException {
    var object = TestObjects.file("bad_null");
    var log = directory.resolve("log");

    var run = Cli.run("run", "--log", log, object, "--no-trace");
    var verify = Cli.run("verify", "--log=" + log + "2", object);
    var other = Cli.run("verify", "--log=" + object, object);
    var printed = Cli.run("run", "--log", object, "--no-trace");

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(run.err()).doesNotContain("processed ");
    assertThat(Files.readString(log)).contains("call bpf_map_lookup_elem#1", "processed ");
    assertThat(verify.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(Files.readString(directory.resolve("log2"))).contains("processed ");
    assertThat(other.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(other.err()).contains("is an object file: --log takes the file");
    assertThat(printed.err()).contains("processed ");
  }

  private static Object[] append(Object[] args, String more) {
    var all = java.util.Arrays.copyOf(args, args.length + 1);
    all[args.length] = more;
    return all;
  }

  @Test
  void namesAHelperThatTheKernelDoesNotHave() throws IOException {
    var file = instructions(Slot.of(Opcode.CALL, 0, 0, 0, 9999), Slot.of(Opcode.EXIT, 0, 0, 0, 0));

    var run =
        Cli.run(
            "run", file, "--type", "socket_filter", "--attach", "socket:listen=0", "--no-trace");

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(run.err())
        .contains("invalid func unknown#9999")
        .contains("this kernel has no helper of that number");
  }

  @Test
  @Requires({Facility.SETPRIV, Facility.TRACEFS})
  void namesTheMissingCapability() throws IOException {
    // Beside it there is no scenario, so that it does not run in the virtual kernel.
    var hello =
        Files.copy(TestObjects.example("hello/hello.bpf.o"), directory.resolve("hello.bpf.o"));
    try (var session =
        Session.startAfter(
            "exec setpriv --bounding-set -bpf,-perfmon,-sys_admin --inh-caps -all \"$@\"",
            "run",
            hello)) {
      assertThat(session.finish()).isEqualTo(ExitStatus.NOT_PERMITTED);
      assertThat(session.err())
          .contains("program 'hello' (tracepoint): PROG_LOAD: EPERM")
          .contains("this process lacks CAP_PERFMON and CAP_BPF");
      var disabled =
          Files.readString(Path.of("/proc/sys/kernel/unprivileged_bpf_disabled")).strip();
      if (!disabled.equals("0")) {
        assertThat(session.err()).contains("kernel.unprivileged_bpf_disabled is " + disabled);
      }
    }
  }
}
