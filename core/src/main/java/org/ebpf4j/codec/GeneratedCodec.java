package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What generated codecs share. Those that can write override [#write].
abstract class GeneratedCodec implements Codec<Object> {
  private final String type;
  private final int extent;
  private final List<String> unnamed;
  private final @Nullable String whyReadOnly;

  GeneratedCodec(Plan plan) {
    this.type = plan.type().getTypeName() + ", " + plan.size() + " bytes";
    this.extent = Plan.extent(plan);
    this.unnamed = Plan.unnamed(plan);
    this.whyReadOnly = Plan.whyReadOnly(plan);
  }

  @Override
  public final int extent() {
    return extent;
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
    return "codec of " + type;
  }
}
