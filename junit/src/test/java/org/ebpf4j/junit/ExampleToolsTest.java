package org.ebpf4j.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.junit.KernelKind.LINUX;
import static org.ebpf4j.junit.KernelKind.VIRTUAL;
import static org.ebpf4j.junit.assertion.BpfAssertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Kernel;
import org.ebpf4j.TraceStream;
import org.ebpf4j.codec.Member;
import org.ebpf4j.codec.U16;
import org.ebpf4j.codec.U32;
import org.ebpf4j.ring.TypedRingBuffer;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualTask;
import org.ebpf4j.vm.memory.Context;

/// The first program and the tools of `examples/`, on both kernels.
class ExampleToolsTest {
  private static final String HELLO = "../examples/hello/hello.bpf.o";
  private static final String EXECS = "../examples/tools/execs.bpf.o";
  private static final String FILELAT = "../examples/tools/filelat.bpf.o";
  private static final String TCPCONN = "../examples/tools/tcpconn.bpf.o";

  private static final String SET_STATE = "tracepoint:sock/inet_sock_set_state";

  record Executed(int pid, int ppid, @U32 int uid, String comm, String filename) {}

  enum Operation {
    READ,
    WRITE
  }

  @SuppressWarnings("ArrayRecordComponent") // As the README shows it.
  record Histogram(@Member("slots") int[] counts) {
    int count() {
      return Arrays.stream(counts).sum();
    }
  }

  enum Direction {
    ACCEPT,
    CONNECT
  }

  record Connected(
      long ns,
      Direction direction,
      InetAddress saddr,
      InetAddress daddr,
      @U16 int sport,
      @U16 int dport) {}

  record Address(InetAddress daddr, @U16 int dport) {}

  static final class True implements LinuxAction {
    @Override
    public void perform() throws Exception {
      new ProcessBuilder("/bin/true").start().waitFor();
    }
  }

  @BpfTest(
      object = HELLO,
      kernels = {VIRTUAL, LINUX})
  @Fire(value = "tracepoint:syscalls/sys_enter_execve", onLinux = True.class)
  void helloSaysHello(TraceStream trace) {
    assertThat(trace).prints("Hello");
  }

  @BpfTest(
      object = EXECS,
      kernels = {VIRTUAL, LINUX},
      attach = true)
  void execsTellsWhoExecutesWhat(
      Kernel kernel, Hooks hooks, @Map("events") TypedRingBuffer<Executed> events)
      throws Exception {
    var parent = ProcessHandle.current().pid();
    if (kernel instanceof VirtualKernel virtual) {
      var memory = virtual.memory();
      var task =
          memory
              .allocate("task_struct")
              .set("tgid", 4711)
              .set("real_parent", memory.allocate("task_struct").set("tgid", parent));
      virtual.task(VirtualTask.of(4711, 4711, "true").withObject(task).withUser(0, 0));
    }
    hooks.fire(
        "tracepoint:sched/sched_process_exec",
        Context.of("trace_event_raw_sched_process_exec").set("filename", "/bin/true"),
        new True());
    var event =
        assertThat(events)
            .receivesMatching(e -> e.filename().equals("/bin/true") && e.ppid() == parent);
    assertThat(event.pid()).isPositive();
    assertThat(event.uid()).isZero();
    assertThat(event.comm()).isEqualTo("true");
  }

  @BpfTest(
      object = EXECS,
      kernels = {VIRTUAL, LINUX},
      attach = true,
      set = "only_uid=12345")
  void execsLooksAtOneUser(
      Kernel kernel,
      Hooks hooks,
      @Map("events") TypedRingBuffer<Executed> events,
      @Variable("lost") BpfVariable lost)
      throws Exception {
    hooks.fire(
        "tracepoint:sched/sched_process_exec",
        Context.of("trace_event_raw_sched_process_exec").set("filename", "/bin/true"),
        new True());
    assertThat(events).isEmpty();
    assertThat(lost.get()).isEqualTo(0L);
    if (kernel instanceof VirtualKernel virtual) {
      virtual.task(VirtualTask.of(7, 7, "other").withUser(12345, 0));
      hooks.fire(
          "tracepoint:sched/sched_process_exec",
          Context.of("trace_event_raw_sched_process_exec").set("filename", "/bin/false"),
          () -> {});
      assertThat(assertThat(events).receivesOne().uid()).isEqualTo(12345);
    }
  }

  @BpfTest(
      object = FILELAT,
      kernels = {VIRTUAL, LINUX},
      attach = true)
  void filelatCountsReads(Hooks hooks, @Map("latency") BpfMap<Operation, Histogram> latency)
      throws Exception {
    hooks.fire("tracepoint:syscalls/sys_enter_read", ExampleToolsTest::read);
    hooks.fire("tracepoint:syscalls/sys_exit_read", () -> {});
    assertThat(latency).hasEntry(Operation.READ, h -> assertThat(h.count()).isPositive());
  }

  @BpfTest(object = FILELAT, attach = true)
  void filelatWantsTheBeginning(
      Hooks hooks,
      @Map("latency") BpfMap<Operation, Histogram> latency,
      @Map("starts") BpfMap<Integer, byte[]> starts)
      throws Exception {
    hooks.fire("tracepoint:syscalls/sys_exit_write", () -> {});
    assertThat(latency).isEmpty();
    hooks.fire("tracepoint:syscalls/sys_enter_write", () -> {});
    assertThat(starts).hasCount(1);
    hooks.fire("tracepoint:syscalls/sys_exit_write", () -> {});
    assertThat(starts).isEmpty();
    assertThat(latency)
        .hasCount(1)
        .hasEntry(Operation.WRITE, h -> assertThat(h.count()).isEqualTo(1));
  }

  private static void read() throws IOException {
    Files.readString(Path.of("/proc/self/status"));
  }

  @BpfTest(
      object = TCPCONN,
      kernels = {VIRTUAL, LINUX},
      attach = true)
  void tcpconnTellsOfConnections(
      Hooks hooks,
      @Map("events") TypedRingBuffer<Connected> events,
      @Map("connects") BpfMap<Address, Long> connects)
      throws Exception {
    var loopback = InetAddress.ofLiteral("127.0.0.1");
    // An address of IPv4, as the kernel has it in a field of IPv6.
    var bytes = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
    try (var server = new ServerSocket(0, 1, loopback)) {
      var port = server.getLocalPort();
      var change =
          Context.of("trace_event_raw_inet_sock_set_state")
              .set("protocol", 6)
              .set("oldstate", 2)
              .set("newstate", 1)
              .set("sport", 40_000)
              .set("dport", port)
              .set("saddr_v6", bytes)
              .set("daddr_v6", bytes);
      hooks.fire(SET_STATE, change, () -> new Socket(loopback, port).close());
      var event =
          assertThat(events)
              .receivesMatching(e -> e.direction() == Direction.CONNECT && e.dport() == port);
      assertThat(event.daddr()).isEqualTo(loopback);
      assertThat(connects).hasEntry(new Address(event.daddr(), port), 1L);
    }
  }

  @BpfTest(object = TCPCONN, attach = true, set = "only_port=80")
  void tcpconnPassesOverTheRest(Hooks hooks, @Map("events") TypedRingBuffer<Connected> events)
      throws Exception {
    for (var numbers :
        new int[][] {{17, 2, 1, 80}, {6, 2, 3, 80}, {6, 4, 1, 80}, {6, 2, 1, 81}, {6, 3, 1, 80}}) {
      hooks.fire(
          SET_STATE,
          Context.of("trace_event_raw_inet_sock_set_state")
              .set("protocol", numbers[0])
              .set("oldstate", numbers[1])
              .set("newstate", numbers[2])
              .set("dport", numbers[3]),
          () -> {});
    }
    // The last one alone: a connection that was accepted.
    assertThat(assertThat(events).receivesOne().direction()).isEqualTo(Direction.ACCEPT);
    assertThat(events).isEmpty();
  }
}
