package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Schemas;
import org.ebpf4j.cli.Session;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tools that were made for a front end in C, run without one: `ebpf4j run` prints their events and
/// maps, typed.
@KernelTest
@Requires(Facility.TRACEFS)
@RequiresKernel(value = "5.8", because = "the tools report through ring buffers")
class RunEventsTest {
  private static final Path EXECS = TestObjects.example("tools/execs.bpf.o");
  private static final Path LATENCY = TestObjects.example("tools/filelat.bpf.o");
  private static final Path CONNECTIONS = TestObjects.example("tools/tcpconn.bpf.o");

  private static void execute() {
    Session.shell("/bin/true || true");
  }

  /// Connects to this machine itself; the port that listened.
  private static int connect(InetAddress address) {
    try (var server = new ServerSocket(0, 5, address);
        var client = new Socket(address, server.getLocalPort());
        var accepted = server.accept()) {
      assertThat(accepted.getLocalPort()).isEqualTo(client.getPort());
      return client.getPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void saysWhoExecutesWhat() throws IOException {
    try (var session = Session.start("run", EXECS)) {
      session.await("executed: tracepoint");
      session.await("sh ", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out())
          .containsPattern("(?m)^    PID    PPID     UID COMM             FILENAME$")
          .containsPattern("(?m)^ +\\d+ +\\d+ +\\d+ sh +/\\S*sh$");
      assertThat(session.err()).containsPattern("(?m)^events: [1-9]\\d* events$");
    }
  }

  /// Stacks of the kernel are functions: addresses, and ids of a map of stacks.
  @Test
  void namesTheFunctionsOfStacks() throws IOException {
    var object = TestObjects.file("run_stacks");
    try (var session = Session.start("run", object)) {
      session.await("executed: tracepoint");
      session.await(" < ", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).as(session.err()).isZero();
      assertThat(session.out())
          .containsPattern("KERN_STACK_ID +USER_STACK_ID +NO_STACK_ID KSTACK")
          .containsPattern("(\\w*exec\\w*\\+0x[0-9a-f]+ < .*) +5 +-14 +\\w+.* < ");
    }
    try (var session = Session.start("run", object, "--maps", "counts")) {
      session.await("executed: tracepoint");
      session.await(" < ", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).as(session.err()).isZero();
      assertThat(session.out())
          .containsPattern(
              "  \\{ .pid = \\d+, .kern_stack_id = \\d+ }: 1\n    kern_stack_id: .*exec.* < ");
    }
    try (var session = Session.start("run", object, "--jsonl", "--maps", "counts")) {
      session.await("executed: tracepoint");
      session.await("\"stacks\":", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      Schemas.checkLines("run", session.out());
      assertThat(session.out())
          .containsPattern("\"map\":\"counts\".*\"value\":1,\"stacks\":\\{\"kern_stack_id\":\\[\"")
          .containsPattern("\"stacks\":\\{\"kern_stack_id\":\\[\".*exec")
          .containsPattern("\"no_stack_id\":\\[\\],\"kstack\":\\[\".*exec");
    }
  }

  @Test
  void printsEventsAsJson() throws IOException {
    try (var session = Session.start("run", EXECS, "--jsonl")) {
      session.await("executed: tracepoint");
      session.await("\"comm\":\"sh\"", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out().lines())
          .allMatch(line ->
              Pattern.matches(
                  "\\{\"map\":\"events\",\"event\":\\{\"pid\":\\d+,\"ppid\":\\d+,\"uid\":\\d+,"
                      + "\"comm\":\".*\",\"filename\":\".*\"\\}\\}",
                  line));
    }
  }

  @Test
  void printsLinesAsJson() throws IOException {
    try (var session = Session.start("run", TestObjects.example("hello/hello.bpf.o"), "--jsonl")) {
      session.await("hello: tracepoint");
      session.await("{\"trace\":\"Hello\",\"event\":\"bpf_trace_printk\"", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out().lines())
          .allMatch(line ->
              Pattern.matches(
                  "\\{\"trace\":\".*\",\"event\":\".*\",\"task\":\".*\",\"pid\":\\d+,"
                      + "\"cpu\":\\d+,\"seconds\":\\d+\\.\\d{6}\\}",
                  line));
    }
  }

  @Test
  void aVariableThatIsSetIsHeeded() throws IOException {
    try (var session = Session.start("run", EXECS, "--set", "only_uid=4294967294")) {
      session.await("executed: tracepoint");
      for (int i = 0; i < 5; i++) {
        execute();
      }
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out()).isEmpty();
      assertThat(session.err()).contains("events: 0 events");
    }
  }

  @Test
  void aStructThatIsNamedIsWhatEventsAre() throws IOException {
    try (var session = Session.start("run", EXECS, "--event", "events=trace_entry")) {
      session.await("executed: tracepoint");
      session.await("TYPE", RunEventsTest::execute);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out()).containsPattern("(?m)^ *TYPE$");
    }
  }

  @Test
  void severalMapsAreReadAtATime(@TempDir Path directory) throws IOException {
    var file = directory.resolve("run_events.bpf.o");
    Files.write(file, TestObjects.bytes("run_events"));
    try (var session = Session.start("run", file)) {
      session.await("executed: tracepoint");
      session.await("raw ", RunEventsTest::execute);
      session.await("execs ");
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.err())
          .contains(
              "raw: what its events are is not known; --event raw=STRUCT or --event-layout says it: exec")
          .containsPattern("(?m)^execs: [1-9]\\d* events$")
          .containsPattern("(?m)^raw: [1-9]\\d* events$");
      assertThat(session.out())
          .containsPattern("(?m)^MAP +PID +LOW +HIGH COMM +LEFT RIGHT$")
          .containsPattern("(?m)^execs +\\d+ +9 +-7 sh +1 +2$")
          .containsPattern("(?m)^raw   4 bytes: 04 03 02 01$");
    }
  }

  @Test
  void printsLatenciesAsAHistogram() throws IOException {
    var me = Long.toString(ProcessHandle.current().pid());
    try (var session =
        Session.start(
            "run", LATENCY, "--set", "only_pid=" + me, "--maps", "latency", "--every", "1s")) {
      session.await("exit_write: tracepoint");
      session.await(
          " -> ",
          () -> {
            try {
              Files.readAllBytes(Path.of("/proc/self/status"));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out())
          .containsPattern("(?m)^latency:\n  (READ|WRITE)$")
          .containsPattern("(?m)^ +\\d+ -> \\d+ +: [1-9]\\d* +\\|\\*{40}\\|$");
    }
  }

  @Test
  void printsConnectionsByAddress() throws IOException {
    var port = new int[1];
    try (var session = Session.start("run", CONNECTIONS, "--maps", "connects")) {
      session.await("state_changed: tracepoint");
      session.await("CONNECT", () -> port[0] = connect(InetAddress.getLoopbackAddress()));
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(session.out())
          .containsPattern("(?m)^ *NS DIRECTION SADDR +DADDR +SPORT DPORT$")
          .containsPattern(
              "(?m)^ *\\d+ CONNECT +127\\.0\\.0\\.1 +127\\.0\\.0\\.1 +\\d+ +" + port[0])
          .containsPattern("(?m)^ *\\d+ ACCEPT +127\\.0\\.0\\.1 +127\\.0\\.0\\.1 +" + port[0])
          .containsPattern(
              "(?m)^  \\{ \\.daddr = 127\\.0\\.0\\.1, \\.dport = " + port[0] + " \\}: 1$");
    }
  }

  @Test
  void saysWhatCanBeSaidToAnObject() {
    var run = Cli.run("run", CONNECTIONS, "--help-object");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            tcpconn, license GPL

            Programs
              state_changed  tracepoint/sock/inet_sock_set_state

            Variables: --set NAME=VALUE
              only_port  const volatile __u16 = 0
              lost       __u64 = 0, changes while it runs

            Events
              events  ringbuf, struct event

            Maps: --maps NAME
              connects  lru_hash, 4096 entries, struct address -> __u64
            """);
  }

  @Test
  void saysTheSameAsJson() {
    var run = Cli.run("run", CONNECTIONS, "--help-object", "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Schemas.checkDocument("run", run.out())).hasSize(1);
    assertThat(run.out())
        .isEqualTo(
            """
            {"object":"tcpconn","license":"GPL",\
            "programs":[{"name":"state_changed","section":"tracepoint/sock/inet_sock_set_state",\
            "type":"tracepoint","autoload":true,"attached_by_section":true,\
            "attach":"tracepoint:CATEGORY/NAME[,cookie=N]"}],\
            "variables":[{"name":"only_port","type":"const volatile __u16","size":2,\
            "constant":true,"whole":true,"value":0},\
            {"name":"lost","type":"__u64","size":8,"constant":false,"whole":true,"value":0}],\
            "events":[{"name":"events","source":"ringbuf","struct":"event"}],"iterators":[],\
            "maps":[{"name":"connects","type":"lru_hash","max_entries":4096,\
            "key_type":"struct address","value_type":"__u64"}]}
            """);
  }

  @Test
  void whatTheObjectHasNotIsRefusedBeforeAnythingIsDone() {
    var struct = Cli.run("run", CONNECTIONS, "--event", "events=nothing");
    assertThat(struct.status()).isEqualTo(3);
    assertThat(struct.err()).startsWith("ebpf4j: no struct 'nothing'");
    var map = Cli.run("run", CONNECTIONS, "--event", "event=address");
    assertThat(map.status()).isEqualTo(3);
    assertThat(map.err())
        .contains("no ring or perf buffer or iterator of structs 'event'; near it: events");
    var shown = Cli.run("run", CONNECTIONS, "--maps", "connect");
    assertThat(shown.status()).isEqualTo(3);
    assertThat(shown.err()).contains("no map 'connect'");
    var every = Cli.run("run", CONNECTIONS, "--every", "1s");
    assertThat(every.status()).isEqualTo(2);
    assertThat(every.err()).contains("--every: say with --maps what is printed");
  }
}
