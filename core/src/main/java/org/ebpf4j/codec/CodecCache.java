package org.ebpf4j.codec;

import java.lang.invoke.MethodHandles.Lookup;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The codecs of each class, by their plans. They go with the class.
final class CodecCache extends ClassValue<Map<Plan, Codec<?>>> {
  private static final CodecCache CODECS = new CodecCache();

  private CodecCache() {}

  @Override
  protected Map<Plan, Codec<?>> computeValue(Class<?> type) {
    return new ConcurrentHashMap<>();
  }

  /// The codec for a plan of that type, which the caller has the right to use.
  @SuppressWarnings("unchecked") // the plan says which type it is of
  static <T> Codec<T> codec(Class<T> type, Plan plan, @Nullable Lookup lookup) {
    return (Codec<T>)
        CODECS.get(type).computeIfAbsent(plan, p -> CodecGenerator.generate(p, lookup));
  }
}
