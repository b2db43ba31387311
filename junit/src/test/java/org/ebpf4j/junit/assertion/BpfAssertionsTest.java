package org.ebpf4j.junit.assertion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.junit.assertion.BpfAssertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.BpfMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.junit.packet.Ethernet;
import org.ebpf4j.junit.packet.Ipv4;
import org.ebpf4j.junit.packet.Ipv6;
import org.ebpf4j.junit.packet.Packet;
import org.ebpf4j.junit.packet.Payload;
import org.ebpf4j.junit.packet.Udp;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.VirtualKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/// What holds passes, and what does not is told with what was there.
class BpfAssertionsTest {
  private final VirtualKernel kernel = VirtualKernel.open();

  @SuppressWarnings("ArrayRecordComponent") // What is tested.
  record Counts(int[] slots, String name) {}

  @AfterEach
  void close() {
    kernel.close();
  }

  private static void fails(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void entriesOfMaps() {
    try (var raw = kernel.createMap(MapSpec.of("counts", MapType.HASH, 4, 8, 8))) {
      BpfMap<Integer, Long> map = raw.as(Integer.class, Long.class);
      assertThat(map).isEmpty();
      map.update(1, 10L);
      map.update(2, 20L);
      assertThat(map)
          .hasEntry(1, 10L)
          .hasEntry(2, value -> assertThat(value).isEqualTo(20L))
          .hasKey(2)
          .hasNoKey(3)
          .hasCount(2)
          .hasValue(value -> assertThat(value).isGreaterThan(15L))
          .hasOnly(Map.of(1, 10L, 2, 20L));
      assertThat(raw).hasEntry(new byte[] {1, 0, 0, 0}, new byte[] {10, 0, 0, 0, 0, 0, 0, 0});
      fails(() -> assertThat(map).hasEntry(1, 11L), "map 'counts', key 1: expected 11 but was 10");
      fails(() -> assertThat(map).hasEntry(3, 1L), "map 'counts' has no key 3; it has 2 entries");
      fails(() -> assertThat(map).hasNoKey(1), "map 'counts' has the key 1, whose value is 10");
      fails(() -> assertThat(map).hasCount(1), "expected 1 entries; it has 2 entries", "  1 = 10");
      fails(
          () -> assertThat(map).hasOnly(Map.of(1, 11L, 2, 20L)),
          "missing 1 = 11",
          "not expected 1 = 10");
      fails(
          () -> assertThat(map).hasValue(value -> assertThat(value).isNegative()),
          "no value of map 'counts' is as expected");
      fails(
          () -> assertThat(raw).hasEntry(new byte[] {1, 0, 0, 0}, new byte[8]),
          "key 01000000: expected 0000000000000000 but was 0a00000000000000");
    }
  }

  @Test
  void recordsAreComparedByWhatIsInTheirArrays() {
    var one = new Counts(new int[] {1, 2}, "a");
    assertThat(Values.equal(one, new Counts(new int[] {1, 2}, "a"))).isTrue();
    assertThat(Values.equal(one, new Counts(new int[] {1, 3}, "a"))).isFalse();
    assertThat(Values.equal(one, new Counts(new int[] {1, 2}, "b"))).isFalse();
    assertThat(Values.equal(new Object[] {one}, new Object[] {new Counts(new int[] {1, 2}, "a")}))
        .isTrue();
    assertThat(Values.text(one)).isEqualTo("Counts[slots=[1, 2], name=\"a\"]");
  }

  private static RunResult result(int value, Packet packet) {
    return new RunResult(value, Duration.ZERO, packet.bytes(), new byte[0]);
  }

  @Test
  void runsAndPackets() {
    var packet =
        Packet.of(
            Ethernet.local(), Ipv4.of("192.0.2.1", "192.0.2.2"), Udp.of(1, 2), Payload.of("x"));
    var other = packet.with(packet.get(Ipv4.class).withTtl(63));
    var dropped = result(1, packet);
    assertThat(dropped).returned(1).returned(XdpAction.DROP).returned(TcAction.RECLASSIFY);
    assertThat(dropped).left(packet).packet().has(Udp.class).hasNo(Ipv6.class);
    assertThat(packet)
        .hasRightChecksums()
        .has(Udp.class, udp -> assertThat(udp.destinationPort()).isEqualTo(2));
    fails(
        () -> assertThat(dropped).returned(XdpAction.PASS),
        "the program returned XDP_DROP (1), where XDP_PASS (2) was expected");
    fails(
        () -> assertThat(result(99, packet)).returned(TcAction.OK),
        "returned 99, where TC_ACT_OK (0)");
    fails(
        () -> assertThat(dropped).left(other),
        "ipv4.ttl: expected 63 but was 64",
        "ipv4.checksum: expected 0x",
        "udp: sourcePort 1, destinationPort 2");
    fails(() -> assertThat(packet).has(Ipv6.class), "the packet has no Ipv6");
    fails(() -> assertThat(packet).hasNo(Udp.class), "the packet has a layer Udp");
    var wrong = Packet.of(Ethernet.local(), Ipv4.of("192.0.2.1", "192.0.2.2").withChecksum(1));
    fails(() -> assertThat(wrong).hasRightChecksums(), "ipv4.checksum: expected 0x");
  }

  @Test
  void whatProgramsPrint() {
    var spec = ObjectSpec.read(TestObjects.example("hello/hello.bpf.o"));
    try (var object = kernel.load(spec);
        var link = object.program("hello").attach();
        var trace = kernel.tracePipe()) {
      assertThat(link.isAttached()).isTrue();
      assertThat(trace).isEmpty();
      for (int i = 0; i < 3; i++) {
        kernel.fire(new Tracepoint("syscalls", "sys_enter_execve"), RunInput.none());
      }
      assertThat(trace).prints("Hello");
      assertThat(assertThat(trace).printsContaining("ell").text()).isEqualTo("Hello");
      fails(
          () -> assertThat(trace).within(Duration.ofMillis(1)).prints("Bye"),
          "a line 'Bye' was expected",
          ": bpf_trace_printk: Hello");
      fails(() -> assertThat(trace).within(Duration.ZERO).prints("Bye"), "nothing was printed");
    }
  }

  @Test
  void eventsOfRings() {
    var numbers = new ArrayDeque<>(List.of(1, 2, 3, 4, 5, 6));
    var events =
        new EventAssert<Integer>("ring 'r'", _ -> Optional.ofNullable(numbers.poll()))
            .within(Duration.ZERO);
    events.receives(1, 2);
    assertThat(events.receivesMatching(n -> n == 4)).isEqualTo(4);
    assertThat(events.receivesCount(1)).containsExactly(5);
    fails(() -> events.receives(7), "ring 'r', event 1: expected 7 but was 6", "these came:\n  6");
    fails(() -> events.receives(7), "expected 7 but none came within 0 ms");
    fails(() -> events.receivesOne(), "no event as wanted came within 0 ms");
    fails(() -> events.receivesCount(2), "expected 2 events, and 0 came");
    numbers.add(9);
    fails(events::isEmpty, "no event was expected, and there is 9");
  }
}
