package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/// Reads the elements of a flexible array, as many as a record has whole.
final class RestReader {
  private final Class<?> element;
  private final int size;
  private final Codec<?> codec;

  RestReader(Plan.Rest plan, @Nullable Lookup lookup) {
    this.element = plan.type().getComponentType();
    this.size = plan.element().size();
    var boxed = Plan.boxed(plan.element());
    this.codec = CodecCache.codec(boxed.type(), boxed, lookup);
  }

  /// An array of the elements in the bytes that are left from an offset on.
  Object read(MemorySegment memory, long offset, long left) {
    var count = Math.toIntExact(Math.max(0, left) / size);
    var array = Array.newInstance(element, count);
    for (int i = 0; i < count; i++) {
      Array.set(array, i, codec.read(memory, offset + (long) i * size));
    }
    return array;
  }
}
