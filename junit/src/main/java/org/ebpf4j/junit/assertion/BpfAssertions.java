package org.ebpf4j.junit.assertion;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.ebpf4j.BpfMap;
import org.ebpf4j.RunResult;
import org.ebpf4j.TraceStream;
import org.ebpf4j.junit.packet.Packet;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.TypedPerfBuffer;
import org.ebpf4j.ring.TypedRingBuffer;

/// Where assertions begin. They go together with those of AssertJ, whose method has the same name,
/// in one class of tests. What does not hold is an `AssertionFailedError`, of which editors show
/// what was expected and what was there.
public final class BpfAssertions {
  private BpfAssertions() {}

  /// Of the entries of a map.
  public static <K, V> MapAssert<K, V> assertThat(BpfMap<K, V> map) {
    return new MapAssert<>(map);
  }

  /// Of what came of a run.
  public static RunAssert assertThat(RunResult result) {
    return new RunAssert(result);
  }

  /// Of a packet.
  public static PacketAssert assertThat(Packet packet) {
    return new PacketAssert(packet);
  }

  /// Of the records of a ring buffer. Those that are looked at are read.
  public static <T> EventAssert<T> assertThat(TypedRingBuffer<T> events) {
    return new EventAssert<>("ring buffer '" + events.ring().name() + "'", events::next);
  }

  /// Of the records of a ring buffer, as bytes.
  public static EventAssert<byte[]> assertThat(RingBuffer events) {
    return new EventAssert<>("ring buffer '" + events.name() + "'", wait -> bytes(events, wait));
  }

  /// Of the records of a perf buffer. Those that are looked at are read.
  public static <T> EventAssert<T> assertThat(TypedPerfBuffer<T> events) {
    return new EventAssert<>("perf buffer '" + events.buffer().name() + "'", events::next);
  }

  /// Of the records of a perf buffer, as bytes.
  public static EventAssert<byte[]> assertThat(PerfBuffer events) {
    return new EventAssert<>(
        "perf buffer '" + events.name() + "'",
        wait -> {
          var found = new ArrayList<byte[]>();
          events.poll(wait, 1, (_, record) -> found.add(record.toArray(ValueLayout.JAVA_BYTE)));
          return found.stream().findFirst();
        });
  }

  private static Optional<byte[]> bytes(RingBuffer events, Duration wait) {
    var found = new ArrayList<byte[]>();
    events.poll(wait, 1, record -> found.add(record.toArray(ValueLayout.JAVA_BYTE)));
    return found.stream().findFirst();
  }

  /// Of what programs print. Lines that are looked at are read.
  public static TraceAssert assertThat(TraceStream trace) {
    return new TraceAssert(trace, TraceAssert.LONG);
  }
}
