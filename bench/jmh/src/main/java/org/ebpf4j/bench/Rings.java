package org.ebpf4j.bench;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.TypedRingBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The drain of a ring that is ordinary memory, and full each time.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(PlainRing.EVENTS)
@Fork(jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class Rings {
  private final PlainRing memory = new PlainRing();
  private final RingBuffer ring = new RingBuffer(memory);
  private final TypedRingBuffer<Event> events = ring.as(Event.class);
  private final Event[] kept = new Event[PlainRing.EVENTS];
  private long sum;
  private int next;

  @Benchmark
  public long borrowed() {
    memory.fill();
    ring.consume(record ->
        sum +=
            record.get(ValueLayout.JAVA_LONG, 0)
                + record.get(ValueLayout.JAVA_INT, 8)
                + record.get(ValueLayout.JAVA_INT, 12));
    return sum;
  }

  @Benchmark
  public long typed() {
    memory.fill();
    events.consume(event -> sum += event.sequence() + event.cpu() + event.check());
    return sum;
  }

  /// Each record lives on.
  @Benchmark
  public Object typedAndKept() {
    memory.fill();
    next = 0;
    events.consume(event -> kept[next++] = event);
    return kept;
  }
}
