package org.ebpf4j.contract;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.object.MapSpec;
import org.jspecify.annotations.Nullable;

/// A map as it lives in the kernel, for as long as something refers to it. Whoever reads or writes
/// what is in it holds its lock.
final class Store {
  private final int id;
  private final MapSpec spec;
  private final MapShape shape;
  private final Content content;
  private final @Nullable MemorySegment memory;
  private boolean frozen;
  private int references;

  Store(int id, MapSpec spec, MapShape shape, Content content, @Nullable MemorySegment memory) {
    this.id = id;
    this.spec = spec;
    this.shape = shape;
    this.content = content;
    this.memory = memory;
  }

  static MemorySegment elements(MapShape shape) {
    var size = ArrayContent.stride(shape.valueSize()) * shape.maxEntries();
    return Arena.ofAuto().allocate(size, 8);
  }

  int id() {
    return id;
  }

  MapSpec spec() {
    return spec;
  }

  MapShape shape() {
    return shape;
  }

  Content content() {
    return content;
  }

  /// The elements of an array.
  @Nullable MemorySegment memory() {
    return memory;
  }

  boolean isFrozen() {
    return frozen;
  }

  void freeze() {
    frozen = true;
  }

  void hold() {
    references++;
  }

  /// Whether that was the last reference.
  boolean release() {
    return --references == 0;
  }
}
