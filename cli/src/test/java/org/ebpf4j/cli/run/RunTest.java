package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `ebpf4j run` from start to end: what it prints, and that nothing is left.
@KernelTest
@Requires(Facility.TRACEFS)
class RunTest {
  private static void execute() {
    Session.shell("/bin/true || true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void printsHelloUntilASignalAndTakesEverythingAway(String signal) throws IOException {
    assumeFalse(
        signal.equals("INT")
            && ignoresInterrupts()
            && Session.shell("env --default-signal=INT true") != 0,
        "this process ignores SIGINT, its children inherit that, and env cannot undo it");
    var before = Alive.now();
    try (var session = Session.start("run", TestObjects.example("hello/hello.bpf.o"))) {
      session.await("attached to tracepoint/syscalls/sys_enter_execve");
      session.await("Hello", RunTest::execute);

      assertThat(Alive.now().programs()).anyMatch(id -> !before.programs().contains(id));
      session.signal(signal);

      assertThat(session.finish()).isEqualTo(signal.equals("INT") ? ExitStatus.INTERRUPTED : 0);
      assertThat(session.out()).containsPattern("\\d+\\.\\d{6}  \\S+ +\\d+  cpu \\d+ +Hello\n");
      assertThat(before.newcomers()).isEmpty();
    }
  }

  private static boolean ignoresInterrupts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("SigIgn:"))
        .anyMatch(l -> (Long.parseUnsignedLong(l.substring(7).strip(), 16) & 2) != 0);
  }

  @Test
  void printsRawLinesWhenAsked() throws IOException {
    try (var session = Session.start("run", TestObjects.example("hello/hello.bpf.o"), "--raw")) {
      session.await("bpf_trace_printk: Hello", RunTest::execute);
    }
  }

  @Test
  void endsByItselfAfterTheDuration() {
    var before = Alive.now();

    var run = Cli.run("run", TestObjects.example("hello/hello.bpf.o"), "--duration", "1s");

    assertThat(run.status()).isZero();
    assertThat(run.err()).contains("hello: tracepoint, fd ");
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  @Requires({Facility.BPFTOOL, Facility.TRACEFS})
  void leavesNothingThatBpftoolSees() throws IOException {
    try (var session = Session.start("run", TestObjects.example("sections/maps.bpf.o"))) {
      session.await("executed ", RunTest::execute);
      assertThat(Session.shell("bpftool prog list | grep -q 'name count_exec '")).isZero();
      assertThat(Session.shell("bpftool map list | grep -q 'name executions '")).isZero();

      session.signal("TERM");

      assertThat(session.finish()).isZero();
    }
    // The kernel frees a moment later.
    assertThat(Session.shell(untilGone("bpftool prog list | grep -q 'name count_exec '"))).isZero();
    assertThat(Session.shell(untilGone("bpftool map list | grep -q 'name executions '"))).isZero();
  }

  private static String untilGone(String command) {
    return "for i in 1 2 3 4 5 6 7 8 9 10; do " + command + " || exit 0; sleep 1; done; exit 1";
  }

  @Test
  void showsEachStep() {
    var run =
        Cli.run("run", TestObjects.example("sections/maps.bpf.o"), "--duration", "0s", "--steps");

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .containsSubsequence(
            "- create map executions: array, keys of 4 bytes, values of 8, 1 entries: fd ",
            "- patch program count_exec: instruction 4 (byte 32) gets fd ",
            " for map[executions]",
            "- load program count_exec: tracepoint, 24 instructions, tag ",
            ", keeps maps [",
            "- attach count_exec: ",
            "events/syscalls/sys_enter_execve/id says ",
            "- attach count_exec: perf_event_open type tracepoint, config ",
            "- detach the link of 'count_exec'",
            "- close program count_exec",
            "- close map executions");
  }

  @Test
  void runsBareInstructionsOnASocketAndShowsTheVerifiersLog() throws IOException {
    try (var session =
        Session.start(
            "run",
            TestObjects.example("socket/get.text"),
            "--type",
            "socket_filter",
            "--attach",
            "socket:listen=127.0.0.1:0",
            "--log-level",
            "2")) {
      session.await("listening on 127.0.0.1:");
      assertThat(session.err())
          .contains("verifier's log of 'get':")
          .contains("(85) call bpf_trace_printk#6")
          .containsPattern(
              "get: socket_filter, fd \\d+, id \\d+, attached to socket listen=127.0.0.1:\\d+");
      var port = session.err().replaceAll("(?s).*listening on 127.0.0.1:(\\d+).*", "$1");
      session.await(
          "Get",
          () -> {
            try (var socket = new java.net.Socket("127.0.0.1", Integer.parseInt(port))) {
              assertThat(socket.isConnected()).isTrue();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
  }

  @Test
  void runsBareInstructionsOnATracepoint() throws IOException {
    try (var session =
        Session.start(
            "run",
            TestObjects.example("socket/get.text"),
            "--type",
            "tracepoint",
            "--attach",
            "tracepoint:syscalls/sys_enter_execve")) {
      session.await("Get", RunTest::execute);
    }
  }

  @Test
  void offersNearTracepoints() {
    var run =
        Cli.run(
            "run",
            TestObjects.example("socket/get.text"),
            "--type",
            "tracepoint",
            "--attach",
            "tracepoint:syscalls/sys_enter_excve");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err())
        .contains("no tracepoint 'syscalls/sys_enter_excve'; near it: syscalls/sys_enter_execve");
  }

  @Test
  @Requires({Facility.KPROBES, Facility.TRACEFS})
  void runsProbesOnKernelFunctions() throws IOException {
    try (var session = Session.start("run", TestObjects.example("sections/kprobe.bpf.o"))) {
      session.await("opening", RunTest::execute);
      session.await("opened", RunTest::execute);
    }
  }

  @Test
  void runsARawTracepoint() throws IOException {
    try (var session = Session.start("run", TestObjects.example("sections/raw_tracepoint.bpf.o"))) {
      session.await("executed, was process", RunTest::execute);
    }
  }

  @Test
  void runsOnAClock() throws IOException {
    try (var session =
        Session.start(
            "run",
            TestObjects.example("sections/perf_event.bpf.o"),
            "--attach",
            "perf_event:cpu-clock,freq=99")) {
      session.await(
          "tick in process",
          () -> Session.shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
    }
  }

  @Test
  @Requires({Facility.IP, Facility.UNSHARE, Facility.TRACEFS})
  void runsOnANetworkDevice() throws IOException {
    try (var session =
        Session.startAfter(
            "exec unshare -n sh -c 'ip link add v0 type veth peer name v1 && ip link set v0 up &&"
                + " exec \"$@\"' sh \"$@\"",
            "run",
            TestObjects.example("sections/xdp.bpf.o"),
            "--attach",
            "xdp:v0,generic")) {
      session.await("attached to xdp on v0 (generic)");
      // A device that comes up says so to its neighbours.
      var enter = "nsenter -t " + session.pid() + " -n ";
      session.await(
          "packet of ",
          () -> Session.shell(enter + "ip link set v1 down; " + enter + "ip link set v1 up"));
    }
  }
}
