package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.call.RecordedCall;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.memory.Context;
import org.ebpf4j.vm.packet.ContextFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sockets of the virtual kernel, as programs see and change them.
class VirtualSocketsTest {
  private static final int TCP = 6;
  private static final int LISTEN = 10;
  private static final int CB_FLAGS = 1008;
  private static final int CONGESTION = 13;

  private VirtualKernel kernel;
  private BpfObject object;

  @BeforeEach
  void load() {
    // Since 7.0 a program may not return any number by bpf_set_retval.
    kernel = VirtualKernel.builder().version(6, 18, 0).build();
    object = kernel.load(ObjectSpec.read("vm_sockets.bpf.o", TestObjects.bytes("vm_sockets")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private VirtualProgram program(String name) {
    return (VirtualProgram) object.program(name);
  }

  private void tell(long... args) {
    var memory = object.variable("args").memory();
    for (int i = 0; i < args.length; i++) {
      memory.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, args[i]);
    }
  }

  private List<Long> told(int count) {
    var memory = object.variable("out").memory();
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> memory.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i))
        .toList();
  }

  private static ContextFields tcp(int port) {
    return ContextFields.of("bpf_sock")
        .set("family", 2)
        .set("type", 1)
        .set("protocol", TCP)
        .set("src_port", port);
  }

  private VirtualHandle listening(int port) {
    return kernel.handles().socket("port " + port, tcp(port).set("state", LISTEN));
  }

  private Context operation(int op, VirtualHandle socket) {
    return Context.of("bpf_sock_ops")
        .set("op", op)
        .set("is_fullsock", 1)
        .set("family", 2)
        .set("sk", socket.address());
  }

  @Test
  void callbacksAndOptionsAreThoseOfTheSocket() {
    try (var socket = listening(80)) {
      tell(0x101, 0);

      var result = program("callbacks").run(operation(4, socket));

      assertThat(told(4)).containsExactly(0x100L, 1L, 0L, 0L);
      assertThat(told(6).subList(4, 6)).containsExactly(0L, 0L);
      assertThat(ContextFields.of("bpf_sock_ops", result.contextOut()).get("reply")).isEqualTo(42);
      assertThat(socket.option(TCP, CB_FLAGS)).contains(new byte[] {1, 0, 0, 0});
      assertThat(socket.option(TCP, CONGESTION))
          .hasValueSatisfying(
              name -> assertThat(new String(name, StandardCharsets.UTF_8)).startsWith("cubic"));
      assertThat(kernel.recordedCalls())
          .extracting(RecordedCall::function)
          .containsExactly("bpf_sock_ops_cb_flags_set", "bpf_setsockopt");
      // The socket is in both maps, which say its cookie.
      var key = new byte[8];
      key[0] = 77;
      for (var value :
          List.of(
              object.map("connections").lookup(key),
              object.map("numbered").lookup(Values.u32(2)))) {
        assertThat(value).hasValueSatisfying(v -> assertThat(v[0]).isEqualTo((byte) socket.id()));
      }
    }
  }

  @Test
  void socketsAreTakenInStatesOnlyThatTheyAreEstablishedIn() {
    try (var socket = listening(80)) {
      program("callbacks").run(operation(1, socket));
      assertThat(told(4).subList(2, 4))
          .containsExactly((long) -Errno.EOPNOTSUPP, (long) -Errno.EOPNOTSUPP);

      tell(1, 3);
      program("callbacks").run(operation(4, socket));
      assertThat(told(3).getLast()).isEqualTo(-Errno.EINVAL);
    }
  }

  @Test
  void aHalfOpenSocketHasNoCallbacks() {
    program("callbacks").run(Context.of("bpf_sock_ops").set("op", 4));

    assertThat(told(1)).containsExactly((long) -Errno.EINVAL);
  }

  @Test
  void aSocketOfAGroupIsChosen() {
    try (var socket = kernel.handles().socket("one", tcp(80))) {
      object.map("group").update(Values.u32(1), Arrays.copyOf(Values.u32(socket.number()), 8));
      tell(1, 0);

      var context =
          Context.of("sk_reuseport_md").set("ip_protocol", TCP).set("hash", 9).set("packet", "abc");
      program("choose").run(context);

      assertThat(told(4)).containsExactly(0L, 0L, (long) 'b', 9L);
      assertThat(kernel.recordedCalls())
          .containsExactly(
              new RecordedCall("choose", "bpf_sk_select_reuseport", List.of((long) socket.id())));
      program("choose").run(Context.of("sk_reuseport_md").set("ip_protocol", 17));
      assertThat(told(1)).containsExactly((long) -Errno.EBADFD);
      tell(2, 0);
      program("choose").run(context);
      assertThat(told(1)).containsExactly((long) -Errno.ENOENT);
    }
  }

  @Test
  void packetsFindTheirSockets() {
    var connected =
        tcp(80)
            .set("state", 1)
            .set("src_ip4", 0x0100000a)
            .set("dst_ip4", 0x0200000a)
            .set("dst_port", 0xe803);
    var counters = ContextFields.of("bpf_tcp_sock").set("snd_cwnd", 10).set("bytes_acked", 11);
    try (var _ = listening(80);
        var connection = kernel.handles().socket("connection", connected, counters)) {
      var packet = RunInput.packet(new byte[60]);
      tell(0x0200000a, 0x0100000a, 1000, 80);
      assertThat(program("find").run(packet).returnValue()).isZero();
      assertThat(told(5)).containsExactly(80L, 1L, 10L, 11L, 0L);
      assertThat(kernel.recordedCalls())
          .containsExactly(
              new RecordedCall("find", "bpf_sk_assign", List.of(connection.address())));

      tell(0x0300000a, 0x0100000a, 1000, 80);
      assertThat(program("find").run(packet).returnValue()).isZero();
      assertThat(told(2)).containsExactly(80L, (long) LISTEN);

      tell(0x0300000a, 0x0100000a, 1000, 81);
      assertThat(program("find").run(packet).returnValue()).isEqualTo(1);
    }
  }

  @Test
  void aProgramSaysWhatACallReturns() {
    tell(-Errno.EACCES);

    program("rebind").run(Context.of("bpf_sock_addr").set("family", 2));

    assertThat(told(3)).containsExactly(0L, 0L, (long) -Errno.EACCES);
    assertThat(kernel.recordedCalls())
        .containsExactly(
            new RecordedCall("rebind", "bpf_set_retval", List.of((long) -Errno.EACCES)));
  }

  @Test
  void aSocketIsBoundBeforeItConnects() {
    tell(2);
    var context = Context.of("bpf_sock_addr").set("family", 2).set("user_port", 0x5000);

    var result = program("bind_first").run(context);

    assertThat(told(1)).containsExactly(0L);
    assertThat(ContextFields.of("bpf_sock_addr", result.contextOut()).get("user_port"))
        .isEqualTo(99 << 8);
    assertThat(kernel.recordedCalls())
        .containsExactly(
            new RecordedCall("bind_first", "bpf_bind", List.of(2L, 4242L, 0x0200007fL)));
    tell(1);
    program("bind_first").run(context);
    assertThat(told(1)).containsExactly((long) -Errno.EAFNOSUPPORT);
  }

  @Test
  void whatAnOptionSaysIsChanged() {
    var context =
        Context.of("bpf_sockopt")
            .set("level", 1)
            .set("optname", 36)
            .set("retval", -5)
            .set("optval", new byte[] {1, 2, 3, 4});

    var result = program("get_option").run(context);

    assertThat(told(6)).containsExactly(1L, 36L, 4L, -5L, 4L, 2L);
    assertThat(result.dataOut()).containsExactly(7, 2, 3, 4);
    var after = ContextFields.of("bpf_sockopt", result.contextOut());
    assertThat(after.get("optlen")).isEqualTo(1);
    assertThat(after.get("retval")).isZero();
  }

  @Test
  void whatIsNoSocketIsRefused() {
    assertThatThrownBy(() -> kernel.handles().socket("x", ContextFields.of("xdp_md")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("struct xdp_md is none of bpf_sock, bpf_tcp_sock");
    try (var _ = kernel.handles().socket("x")) {
      assertThatThrownBy(() -> kernel.handles().socket("x", tcp(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is there already");
    }
    try (var process = kernel.handles().process(1)) {
      assertThatThrownBy(() -> process.option(1, 36)).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> program("rebind").run(Context.of("bpf_sock_addr").set("famly", 2)))
        .hasMessageContaining("famly", "family");
    assertThatThrownBy(() -> program("rebind").run(Context.of("bpf_sock_addr").set("family", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
