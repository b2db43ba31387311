package org.ebpf4j.bench;

import java.util.concurrent.TimeUnit;
import org.ebpf4j.BpfMap;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Calls on maps of this machine's kernel.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class Maps {
  private static final int KEYS = 1_000;

  private BpfMap<Integer, Long> numbers;
  private BpfMap<Integer, Event> events;
  private int next;

  @Setup
  public void open() {
    var kernel = LinuxKernel.open();
    numbers =
        kernel
            .createMap(MapSpec.of("numbers", MapType.HASH, 4, 8, KEYS))
            .as(Integer.class, Long.class);
    events =
        kernel
            .createMap(MapSpec.of("events", MapType.HASH, 4, 16, KEYS))
            .as(Integer.class, Event.class);
    for (int i = 0; i < KEYS; i++) {
      numbers.update(i, (long) i);
      events.update(i, new Event(i, i, i));
    }
  }

  @TearDown
  public void close() {
    numbers.close();
    events.close();
  }

  private int key() {
    next = next + 1 < KEYS ? next + 1 : 0;
    return next;
  }

  @Benchmark
  public long lookupNumber() {
    return numbers.lookup(key()).orElseThrow();
  }

  @Benchmark
  public void updateNumber() {
    numbers.update(key(), 7L);
  }

  @Benchmark
  public Object lookupRecord() {
    return events.lookup(key()).orElseThrow();
  }

  /// For each invocation, all entries, of which there are 1,000.
  @Benchmark
  public long readAll() {
    var sum = new long[1];
    events.entries().forEach((_, event) -> sum[0] += event.sequence());
    return sum[0];
  }
}
