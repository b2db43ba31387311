package org.ebpf4j.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.Length;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Values that are read from memory and written to it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class Codecs {
  record Named(int pid, @Length(16) String name) {}

  private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);
  private final Codec<Event> events = Codec.of(Event.class);
  private final Codec<Named> names = Codec.of(Named.class);
  private final Event event = new Event(1L << 40, 3, 5);

  /// Puts a text where [#readText] reads one.
  public Codecs() {
    names.write(memory, 32, new Named(1, "a process"));
  }

  @Benchmark
  public Object readRecord() {
    return events.read(memory, 0);
  }

  /// What is read goes no further: nothing need be allocated.
  @Benchmark
  public long readRecordAndUse() {
    var read = events.read(memory, 0);
    return read.sequence() + read.cpu() + read.check();
  }

  @Benchmark
  public void writeRecord() {
    events.write(memory, 0, event);
  }

  @Benchmark
  public Object readText() {
    return names.read(memory, 32);
  }
}
