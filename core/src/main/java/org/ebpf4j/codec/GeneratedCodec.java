package org.ebpf4j.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What generated codecs share. Those that can write override [#write].
abstract class GeneratedCodec implements Codec<Object> {
  private final Plan plan;
  private final int extent;
  private final boolean flexible;
  private final List<String> unnamed;
  private final @Nullable String whyReadOnly;

  GeneratedCodec(Plan plan) {
    this.plan = plan;
    this.extent = Plan.extent(plan);
    this.flexible = Plan.flexible(plan);
    this.unnamed = Plan.unnamed(plan);
    this.whyReadOnly = Plan.whyReadOnly(plan);
  }

  @Override
  public final int extent() {
    return extent;
  }

  @Override
  public final boolean flexible() {
    return flexible;
  }

  @Override
  public final boolean reads(long length) {
    return Plan.reads(plan, length);
  }

  @Override
  public final Object read(MemorySegment memory, long offset, long length) {
    if (length >= extent) {
      return readRecord(memory, offset, length);
    }
    if (!reads(length)) {
      throw new IllegalArgumentException(
          "a record of " + length + " bytes ends inside a part of " + this);
    }
    // Of the same kind as the memory of rings, so that code that was compiled for that serves.
    try (var arena = Arena.ofConfined()) {
      var whole = arena.allocate(extent);
      MemorySegment.copy(memory, offset, whole, 0, length);
      return readRecord(whole, 0, length);
    }
  }

  /// Reads what is there as a whole; what ends in a flexible array overrides it.
  Object readRecord(MemorySegment memory, long offset, long length) {
    return read(memory, offset);
  }

  @Override
  public final List<String> unnamed() {
    return unnamed;
  }

  @Override
  public final Optional<String> whyReadOnly() {
    return Optional.ofNullable(whyReadOnly);
  }

  @Override
  public void write(MemorySegment memory, long offset, Object value) {
    throw new IllegalArgumentException(whyReadOnly);
  }

  @Override
  public final String toString() {
    return "codec of " + plan.type().getTypeName() + ", " + plan.size() + " bytes";
  }
}
