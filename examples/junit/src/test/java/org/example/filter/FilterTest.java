package org.example.filter;

import static org.ebpf4j.junit.KernelKind.LINUX;
import static org.ebpf4j.junit.KernelKind.VIRTUAL;
import static org.ebpf4j.junit.assertion.BpfAssertions.assertThat;

import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.junit.BpfCoverage;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.assertion.XdpAction;
import org.ebpf4j.junit.packet.Ethernet;
import org.ebpf4j.junit.packet.Ipv4;
import org.ebpf4j.junit.packet.Ipv6;
import org.ebpf4j.junit.packet.Packet;
import org.ebpf4j.junit.packet.Payload;
import org.ebpf4j.junit.packet.Udp;
import org.junit.jupiter.api.Test;

@BpfTest(
    object = "filter.bpf.o",
    kernels = {VIRTUAL, LINUX})
@BpfCoverage(sources = "src/test/resources/org/example/filter")
class FilterTest {
  private static Packet question(int port) {
    return Packet.of(
        Ethernet.local(),
        Ipv4.of("192.0.2.1", "198.51.100.7"),
        Udp.of(40_000, port),
        Payload.of("hello"));
  }

  @Test
  void lowersTheTtlOfWhatPasses(BpfProgram filter) {
    var packet = question(53);
    assertThat(filter.run(packet.input()))
        .returned(XdpAction.PASS)
        .left(packet.with(packet.get(Ipv4.class).withTtl(63)));
  }

  @Test
  void dropsWhatIsTooOld(BpfProgram filter) {
    var packet = question(53);
    var old = packet.with(packet.get(Ipv4.class).withTtl(1));
    assertThat(filter.run(old.input())).returned(XdpAction.DROP).left(old);
  }

  @Test
  void dropsAndCountsWhatIsBlocked(BpfProgram filter, @Map("blocked") BpfMap<Short, Long> blocked) {
    blocked.update((short) 53, 0L);
    assertThat(filter.run(question(53).input())).returned(XdpAction.DROP);
    assertThat(filter.run(question(123).input())).returned(XdpAction.PASS);
    assertThat(blocked).hasEntry((short) 53, 1L).hasCount(1);
  }

  @Test
  void leavesOthersAlone(BpfProgram filter) {
    var packet =
        Packet.of(
            Ethernet.local(),
            Ipv6.of("2001:db8::1", "2001:db8::2"),
            Udp.of(40_000, 53),
            Payload.of("hello"));
    assertThat(filter.run(packet.input())).returned(XdpAction.PASS).left(packet);
  }
}
