package org.ebpf4j.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextAccess.Request;
import org.ebpf4j.context.ContextField.Pointee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The expected results are those of the `…_is_valid_access` functions of Linux 7.3.
final class ContextAccessTest {
  private static final int NEWEST = 7 << 8 | 3;
  private static final int OLD = 5 << 8 | 10;

  private static ContextAccess read(ProgramType type, int offset, int size) {
    return ContextAccess.of(
        type, Optional.empty(), NEWEST, new Request(offset, size, false, false));
  }

  private static ContextAccess write(ProgramType type, int offset, int size) {
    return ContextAccess.of(type, Optional.empty(), NEWEST, new Request(offset, size, true, false));
  }

  private static ContextAccess read(ProgramType type, AttachType attach, int offset, int size) {
    return ContextAccess.of(
        type, Optional.of(attach), NEWEST, new Request(offset, size, false, false));
  }

  private static void refused(ContextAccess access) {
    assertThat(access).isInstanceOf(ContextAccess.Refused.class);
  }

  private static void number(ContextAccess access) {
    assertThat(access).isEqualTo(new ContextAccess.Number());
  }

  @Test
  void packetsAreReadByFourBytes() {
    assertThat(read(ProgramType.XDP, 0, 4))
        .isEqualTo(new ContextAccess.PacketAddress(ContextField.Kind.DATA));
    assertThat(read(ProgramType.XDP, 4, 4))
        .isEqualTo(new ContextAccess.PacketAddress(ContextField.Kind.DATA_END));
    refused(read(ProgramType.XDP, 0, 8));
    refused(read(ProgramType.XDP, 0, 2));
    refused(write(ProgramType.XDP, 0, 4));
    refused(read(ProgramType.XDP, 24, 4));
    refused(read(ProgramType.XDP, -4, 4));
    refused(
        ContextAccess.of(
            ProgramType.XDP, Optional.empty(), NEWEST, new Request(0, 4, false, true)));
  }

  @Test
  void deviceBehindARedirectionIsForProgramsOfDeviceMaps() {
    refused(read(ProgramType.XDP, 20, 4));
    number(read(ProgramType.XDP, AttachType.XDP_DEVMAP, 20, 4));
  }

  @Test
  void fieldsOfSocketBuffersDependOnTheType() {
    var mark = ContextStruct.named("__sk_buff").field("mark").offset();
    number(write(ProgramType.SCHED_CLS, mark, 4));
    refused(write(ProgramType.SCHED_CLS, mark, 2));
    number(read(ProgramType.SCHED_CLS, mark + 2, 2));
    refused(write(ProgramType.SOCKET_FILTER, mark, 4));
    refused(read(ProgramType.SK_SKB, mark, 4));
    var data = ContextStruct.named("__sk_buff").field("data").offset();
    refused(read(ProgramType.SOCKET_FILTER, data, 4));
    var cb = ContextStruct.named("__sk_buff").field("cb").offset();
    number(write(ProgramType.SOCKET_FILTER, cb + 1, 1));
    refused(write(ProgramType.SOCKET_FILTER, cb + 16, 8));
    var sk = ContextStruct.named("__sk_buff").field("sk").offset();
    assertThat(read(ProgramType.SCHED_CLS, sk, 8))
        .isEqualTo(new ContextAccess.Pointer(Pointee.SOCKET_COMMON_OR_NULL));
    refused(read(ProgramType.SCHED_CLS, sk, 4));
  }

  @Test
  void newFieldsAreNotOnOldKernels() {
    var time = ContextStruct.named("__sk_buff").field("hwtstamp").offset();
    number(read(ProgramType.SCHED_CLS, time, 8));
    refused(
        ContextAccess.of(
            ProgramType.SCHED_CLS, Optional.empty(), OLD, new Request(time, 8, false, false)));
  }

  @Test
  void addressesBelongToTheirFamily() {
    var ip4 = ContextStruct.named("bpf_sock_addr").field("user_ip4").offset();
    var ip6 = ContextStruct.named("bpf_sock_addr").field("user_ip6").offset();
    number(read(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND, ip4, 4));
    number(read(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND, ip4 + 1, 1));
    refused(read(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND, ip6, 4));
    number(read(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND, ip6, 8));
    number(read(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND, ip6 + 8, 8));
    refused(read(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND, ip6 + 4, 8));
  }

  @Test
  void destinationPortHasTwoBytesAndMayBeReadByFour() {
    var port = ContextStruct.named("bpf_sock").field("dst_port").offset();
    number(read(ProgramType.CGROUP_SOCK, port, 4));
    number(read(ProgramType.CGROUP_SOCK, port, 2));
    number(read(ProgramType.CGROUP_SOCK, port + 1, 1));
    refused(read(ProgramType.CGROUP_SOCK, port + 2, 2));
    refused(read(ProgramType.CGROUP_SOCK, port + 2, 1));
  }

  @Test
  void valuesOfOptionsAreForTheirHook() {
    var result = ContextStruct.named("bpf_sockopt").field("retval").offset();
    number(read(ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT, result, 4));
    refused(read(ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT, result, 4));
  }

  @Test
  void registersAreWrittenSince618() {
    number(read(ProgramType.KPROBE, 160, 8));
    refused(read(ProgramType.KPROBE, 168, 8));
    refused(read(ProgramType.KPROBE, 4, 8));
    number(write(ProgramType.KPROBE, 0, 8));
    refused(
        ContextAccess.of(
            ProgramType.KPROBE, Optional.empty(), OLD, new Request(0, 8, true, false)));
  }

  @Test
  void argumentsAreTyped() {
    assertThat(read(ProgramType.TRACING, 8, 8)).isEqualTo(new ContextAccess.Argument(8, 8));
    refused(read(ProgramType.TRACING, 96, 8));
    number(read(ProgramType.RAW_TRACEPOINT, 8, 8));
    assertThat(read(ProgramType.RAW_TRACEPOINT_WRITABLE, 0, 8))
        .isEqualTo(new ContextAccess.TracepointBuffer());
    refused(read(ProgramType.TRACEPOINT, 0, 8));
    number(read(ProgramType.TRACEPOINT, 8, 8));
  }

  /// Whatever is asked, there is an answer.
  @ParameterizedTest
  @EnumSource(ProgramType.class)
  void eachTypeHasAnAnswerToEachAccess(ProgramType type) {
    for (int offset = -8; offset < 300; offset++) {
      for (int size = 1; size <= 8; size *= 2) {
        assertThat(read(type, offset, size)).isNotNull();
        assertThat(write(type, offset, size)).isNotNull();
      }
    }
  }
}
