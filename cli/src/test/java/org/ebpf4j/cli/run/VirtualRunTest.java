package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordingFile;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.capture.CaptureReader;
import org.ebpf4j.vm.capture.CaptureWriter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `run` in the virtual kernel, which wants neither root nor Linux.
class VirtualRunTest {
  private static final Path HELLO = TestObjects.example("hello/hello.bpf.o");
  private static final Path ALARM = TestObjects.file("vm_alarm");
  private static final String EXECVE = "tracepoint:syscalls/sys_enter_execve";

  @TempDir private Path directory = Path.of("");

  private Path scenario(String text) throws IOException {
    return Files.writeString(directory.resolve("some.yaml"), text);
  }

  @Test
  void playsTheScenarioThatLiesBesideTheObject() {
    var run = Cli.run("run", HELLO, "--virtual");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
                  1.000000  bash                4242  cpu 0   Hello
                  2.000000  bash                4242  cpu 0   Hello
                  3.000000  bash                4242  cpu 0   Hello
            """);
    assertThat(run.err())
        .contains("this is the virtual kernel; without --virtual, as root")
        .contains("hello: tracepoint, id 1, attached to tracepoint/syscalls/sys_enter_execve")
        .contains("tracepoint/syscalls/sys_enter_execve: reached 3 times");
  }

  /// The scenario says where the programs go.
  @Test
  void playsTheScenarioOfAClockThatTicks() {
    var run = Cli.run("run", TestObjects.example("sections/perf_event.bpf.o"), "--virtual");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
                  1.000000  bash                4242  cpu 0   tick in process 4242
                  1.010000  bash                4242  cpu 0   tick in process 4242
                  1.020000  bash                4242  cpu 0   tick in process 4242
            """);
    assertThat(run.err()).contains("attached to perf_event cpu-clock, freq=99");
  }

  @Test
  void playsTheScenarioOfACgroup() {
    var run = Cli.run("run", TestObjects.example("sections/cgroup.bpf.o"), "--virtual");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines().map(line -> line.replaceFirst(".*cpu 0 +", "")))
        .containsExactly("device 1:9", "socket of family 2", "sent 40 bytes", "received 40 bytes");
  }

  @Test
  void writesWhatWasExecuted() throws IOException {
    var folder = directory.resolve("coverage");
    var run = Cli.run("run", HELLO, "--coverage", folder);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("lines 4 of 4 (100.0 %), branches none");
    assertThat(Files.readString(folder.resolve("lcov.info")))
        .contains("SF:./hello.bpf.c", "FNDA:3,hello", "DA:11,3");
    // The source lies beside the object.
    assertThat(Files.readString(folder.resolve("coverage.html"))).contains("#include");
    assertThat(Files.readString(folder.resolve("coverage.txt"))).contains("hello hello");
  }

  @Test
  void coverageThatCannotBeWrittenIsAFailure() {
    var run = Cli.run("run", HELLO, "--coverage", "/proc/no-such");

    assertThat(run.status()).isNotZero();
    assertThat(run.err()).contains("coverage cannot be written to /proc/no-such: ");
  }

  /// Whoever executes the program.
  @Test
  void printsTheSameInterpreted() {
    var run = Cli.run("run", HELLO, "--virtual", "--interpret");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(Cli.run("run", HELLO, "--virtual").out()).contains("Hello");
  }

  @Test
  void printsTheSameAsJson() {
    var run = Cli.run("run", HELLO, "--virtual", "--jsonl");

    assertThat(run.out().lines())
        .hasSize(3)
        .first()
        .isEqualTo(
            "{\"trace\":\"Hello\",\"event\":\"bpf_trace_printk\",\"task\":\"bash\",\"pid\":4242,"
                + "\"cpu\":0,\"seconds\":1.000000}");
  }

  @Test
  void reachesTheHooksThatAreNamed() {
    var run =
        Cli.run(
            "run", HELLO, "--fire", EXECVE + ",count=2,every=250ms,cpu=1,task.comm=sh,task.pid=7");

    assertThat(run.out())
        .isEqualTo(
            """
                  1.000000  sh                     7  cpu 1   Hello
                  1.250000  sh                     7  cpu 1   Hello
            """);
  }

  @Test
  void aScenarioSaysTasksTimesAndFields() throws IOException {
    var file =
        scenario(
            """
            kernel: { cpus: 2, seed: 5 }
            task: { pid: 9, comm: init }
            steps:
              - fire: tracepoint:syscalls/sys_enter_execve
                after: 20us
              - fire: tracepoint:syscalls/sys_enter_execve
                task: { comm: other }
                context: { id: 59, "args[1]": 0x10 }
            """);

    var run = Cli.run("run", HELLO, "--scenario", file);

    assertThat(run.out())
        .isEqualTo(
            """
                  1.000020  init                   9  cpu 0   Hello
                  1.000020  other                  9  cpu 0   Hello
            """);
  }

  @Test
  void saysWhichHookHasNoProgram() {
    var run = Cli.run("run", HELLO, "--fire", "tracepoint:syscalls/sys_enter_execv");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("sys_enter_execv'", EXECVE);
  }

  @Test
  void saysWhereAScenarioIsWrong() throws IOException {
    var file = scenario("steps:\n  - fire: tracepoint:syscalls/sys_enter_execve\n    cuont: 2\n");

    var run = Cli.run("run", HELLO, "--scenario", file);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("some.yaml, line 3: ", "'cuont'", "count");
  }

  @Test
  void saysWhatAFieldIsWrong() {
    var run = Cli.run("run", HELLO, "--fire", EXECVE + ",idd=59");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("'idd'", "id");
  }

  @Test
  void wantsSomethingToHappen() throws IOException {
    var alone = Files.copy(HELLO, directory.resolve("alone.bpf.o"));

    var run = Cli.run("run", alone, "--virtual");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("nothing happens in the virtual kernel", "--fire");
  }

  @Test
  void theToolsRunWithTheScenariosBesideThem() {
    var execs = Cli.run("run", TestObjects.example("tools/execs.bpf.o"), "--virtual");
    assertThat(execs.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "PID PPID UID COMM FILENAME",
            "4242 4000 1000 ls /usr/bin/ls",
            "4242 4000 1000 cat /usr/bin/cat");

    var filelat =
        Cli.run(
            "run", TestObjects.example("tools/filelat.bpf.o"), "--virtual", "--maps", "latency");
    assertThat(filelat.out()).contains("8 -> 15           : 2").contains("64 -> 127          : 1");

    var tcpconn =
        Cli.run("run", TestObjects.example("tools/tcpconn.bpf.o"), "--virtual", "--maps", "all");
    assertThat(tcpconn.status()).as(tcpconn.err()).isZero();
    assertThat(tcpconn.err()).contains("events: 3 events");
    assertThat(tcpconn.out()).contains("192.0.2.7", "443");
  }

  @Test
  void theOtherExamplesRunWithTheScenariosBesideThem() {
    assertThat(example("core/exec"))
        .contains(
            "1.000000 bash 4242 executed by terminal, in process 4242, a task of 32 bytes",
            "2.000000 sh 4243 executed by bash, in process 4243, a task of 32 bytes");
    assertThat(example("sections/kprobe"))
        .containsExactly(
            "1.000000 cat 4242 opening",
            "1.000020 cat 4242 opened",
            "1.001020 cat 4242 opening",
            "1.001040 cat 4242 opened");
    assertThat(example("sections/raw_tracepoint"))
        .containsExactly("1.000000 ls 4242 executed, was process 4250");
    assertThat(example("sections/maps")).hasSize(3).last().asString().endsWith("executed 3");
    assertThat(example("sections/xdp"))
        .containsExactly(
            "1.000000 swapper/0 0 packet of 60 bytes", "1.000000 swapper/0 0 packet of 98 bytes");
    var counts =
        Cli.run(
            "run", TestObjects.example("classic/counts.bpf.o"), "--virtual", "--maps", "by_cpu");
    assertThat(counts.status()).as(counts.err()).isZero();
    assertThat(counts.out().lines().map(String::strip)).contains("0: 3", "1: 1");
  }

  /// What an example prints: when, which task, and what.
  private static List<String> example(String name) {
    var run = Cli.run("run", TestObjects.example(name + ".bpf.o"), "--virtual");
    assertThat(run.status()).as(run.err()).isZero();
    return run.out()
        .lines()
        .map(line -> line.strip().replaceAll(" +", " ").replaceFirst(" cpu 0", ""))
        .toList();
  }

  @Test
  void eventsAreRecordedByFlightRecorder() throws IOException {
    var file = directory.resolve("events.jfr");

    var run = Cli.run("run", TestObjects.example("tools/execs.bpf.o"), "--virtual", "--jfr", file);

    assertThat(run.status()).as(run.err()).isZero();
    var events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("ebpf.execs.events"))
            .toList();
    assertThat(events)
        .extracting(event -> event.getString("comm") + " " + event.getString("filename"))
        .containsExactlyInAnyOrder("ls /usr/bin/ls", "cat /usr/bin/cat");
    assertThat(events).allMatch(event -> event.getLong("pid") == 4242);
  }

  @Test
  void aCaptureGoesThroughPrograms() throws IOException {
    var in = directory.resolve("in.pcap");
    var out = directory.resolve("out.pcap");
    try (var writer = CaptureWriter.create(in)) {
      for (int i = 0; i < 3; i++) {
        writer.write(i, new byte[60 + i]);
      }
    }

    var run =
        Cli.run(
            "run",
            TestObjects.file("run_types"),
            "--program",
            "run_xdp",
            "--pcap",
            in,
            "--out",
            out);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("3 packets came in, 3 were let through")
        .contains("run_xdp: 3 pass");
    try (var reader = CaptureReader.open(out)) {
      for (int i = 0; i < 3; i++) {
        var packet = reader.next().orElseThrow();
        assertThat(packet.nanos()).isEqualTo(i);
        assertThat(packet.bytes()).hasSize(60 + i);
      }
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void aFileForPacketsWantsPackets() {
    for (var virtual : List.of("--virtual", "--no-trace")) {
      var run = Cli.run("run", HELLO, virtual, "--out", directory.resolve("out.pcap"));

      assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(run.err()).contains("--out: say with --pcap which packets come in");
    }
  }

  @Test
  void timersRunAsTimeGoesBy() {
    var run =
        Cli.run(
            "run",
            ALARM,
            "--fire",
            "fentry:do_unlinkat",
            "--fire",
            "fentry:do_mkdirat,after=299999us",
            "--fire",
            "fentry:do_mkdirat,after=1us");

    assertThat(run.out().lines().map(VirtualRunTest::withoutTask))
        .containsExactly(
            "1.299999 now 1299 ms", "1.300000 ring 1 at 1300 ms", "1.300000 now 1300 ms");
  }

  @Test
  void timersRunEachAtItsTime() throws IOException {
    var file =
        scenario(
            """
            steps:
              - fire: fentry:do_unlinkat
              - { fire: "fentry:do_mkdirat", after: 1s, every: 400ms, count: 2 }
            """);

    var run = Cli.run("run", ALARM, "--scenario", file);

    assertThat(run.out().lines().map(VirtualRunTest::withoutTask))
        .containsExactly(
            "1.300000 ring 1 at 1300 ms",
            "1.800000 ring 2 at 1800 ms",
            "2.000000 now 2000 ms",
            "2.300000 ring 3 at 2300 ms",
            "2.400000 now 2400 ms");
  }

  private static String withoutTask(String line) {
    return line.strip().replaceAll("^(\\S+) .* cpu \\d+ +", "$1 ");
  }

  @Test
  void takesTheTypesOfAFile() throws IOException {
    var types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var number = types.add(new BtfType.Int("int", 4, 0, 1, 32));
    var prototype =
        types.add(new BtfType.Prototype(number, List.of(new BtfType.Parameter("dfd", number))));
    types.add(new BtfType.Function("do_unlinkat", prototype, 0));
    var file = Files.write(directory.resolve("types.btf"), types.build().bytes());

    var with = Cli.run("run", ALARM, "--fire", "fentry:do_unlinkat,dfd=3", "--btf", file);
    var without = Cli.run("run", ALARM, "--fire", "fentry:do_unlinkat,dfd=3");

    assertThat(with.status()).as(with.err()).isZero();
    assertThat(without.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(without.err()).contains("argument 'dfd'");
  }

  @Test
  void saysWhereACaptureIsDamaged() throws IOException {
    var in = Files.write(directory.resolve("bad.pcap"), new byte[100]);

    var run = Cli.run("run", TestObjects.file("run_types"), "--program", "run_xdp", "--pcap", in);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("bad.pcap: at offset 0: it begins like no capture");
  }

  @Test
  void printsEachInstruction() {
    var run = Cli.run("run", HELLO, "--fire", EXECVE, "--trace");

    assertThat(run.out())
        .contains("call bpf_trace_printk#6  ; hello.bpf.c:11", "r2=0x6")
        .contains("cpu 0   Hello");
    var json = Cli.run("run", HELLO, "--fire", EXECVE, "--trace", "--jsonl");
    assertThat(json.out().lines())
        .anyMatch(line -> line.startsWith("{\"step\":{\"program\":\"hello\",\"slot\":0,"));
  }

  @Nested
  @KernelTest
  class InAKernelThatRefuses {
    @Test
    @Requires(Facility.SETPRIV)
    void takesTheVirtualOneAndSaysSo() throws IOException {
      try (var session =
          Session.startAfter(
              "exec setpriv --bounding-set -bpf,-perfmon,-sys_admin --inh-caps -all \"$@\"",
              "run",
              HELLO)) {
        assertThat(session.finish()).as(session.err()).isZero();
        assertThat(session.out().lines())
            .hasSize(3)
            .allMatch(line -> line.endsWith("bash                4242  cpu 0   Hello"));
        assertThat(session.err())
            .contains("this is the virtual kernel, as the real one does not let you load programs")
            .contains("missing CAP_PERFMON, CAP_BPF")
            .contains("on the real one, as root: sudo ebpf4j run " + HELLO);
      }
    }
  }
}
