package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Two words.
public final class PairCodec implements Codec<PairCodec.Pair> {
  public record Pair(long first, long second) {}

  public PairCodec() {}

  @Override
  public int size() {
    return 16;
  }

  @Override
  public Pair read(MemorySegment memory, long offset) {
    return new Pair(
        memory.get(ValueLayout.JAVA_LONG, offset), memory.get(ValueLayout.JAVA_LONG, offset + 8));
  }

  @Override
  public void write(MemorySegment memory, long offset, Pair value) {
    memory.set(ValueLayout.JAVA_LONG, offset, value.first());
    memory.set(ValueLayout.JAVA_LONG, offset + 8, value.second());
  }
}
