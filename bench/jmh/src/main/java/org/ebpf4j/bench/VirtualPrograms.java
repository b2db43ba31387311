package org.ebpf4j.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualObject;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Programs in the interpreter of the virtual kernel (`compute.bpf.c` of the testkit). A lookup
/// takes a thousandth of `lookups` less `no_lookups`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork
public class VirtualPrograms {
  private static final Path OBJECT = Path.of("testkit/src/main/resources/bpf/compute.bpf.o");
  private static final int SIZE = 128 * 1024;
  private static final int PACKETS = 96 * 1024;

  @Param({"sieve", "fnv", "matmul", "sort", "crc32", "pkt", "lookups", "no_lookups"})
  public String name;

  private VirtualKernel kernel;
  private VirtualObject object;
  private BpfProgram program;

  @Setup
  public void load() {
    kernel = VirtualKernel.open();
    object = kernel.load(ObjectSpec.read(OBJECT));
    program = object.program(name);
    var numbers = object.map("numbers").as(Integer.class, Long.class);
    for (int i = 0; i < 512; i++) {
      numbers.update(i, (long) i);
    }
    var memory = object.map(".bss").memory();
    for (int i = 0; i < SIZE; i++) {
      put(memory, i, i * 7 + (i >> 8));
    }
    for (int i = PACKETS; i < PACKETS + 64 * 64; i += 64) {
      // IPv4, TCP.
      put(memory, i + 12, 8);
      put(memory, i + 13, 0);
      put(memory, i + 14, 0x45);
      put(memory, i + 23, 6);
    }
  }

  private static void put(MemorySegment memory, int at, int value) {
    memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
  }

  @TearDown
  public void close() {
    object.close();
    kernel.close();
  }

  @Benchmark
  public int run() {
    return program.run(RunInput.packet(new byte[64])).returnValue();
  }
}
