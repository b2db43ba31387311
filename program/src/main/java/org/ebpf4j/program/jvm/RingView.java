package org.ebpf4j.program.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waiter;

/// The memory of a ring as a reader has it.
final class RingView implements SharedRing {
  private final String name;
  private final RingMemory memory;
  private final Arena scope = Arena.ofShared();

  RingView(String name, RingMemory memory) {
    this.name = name;
    this.memory = memory;
  }

  RingMemory memory() {
    return memory;
  }

  @SuppressWarnings("restricted") // Its size stays; only its life becomes shorter.
  private static MemorySegment within(MemorySegment segment, Arena scope) {
    return segment.reinterpret(scope, null);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return memory.size();
  }

  @Override
  public MemorySegment consumer() {
    return within(memory.consumer(), scope);
  }

  @Override
  public MemorySegment producer() {
    return within(memory.producer(), scope);
  }

  @Override
  public MemorySegment data() {
    return within(memory.data(), scope);
  }

  @Override
  public MemorySegment data(Arena other) {
    return within(memory.data(), other);
  }

  @Override
  public Waiter waiter() {
    return new RingWaiter(this);
  }

  @Override
  public void close() {
    scope.close();
  }
}
