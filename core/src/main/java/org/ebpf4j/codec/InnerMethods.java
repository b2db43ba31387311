package org.ebpf4j.codec;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The methods of a generated class for records and arrays that stand inside others. Code that
/// calls one asks for its number; it is written later.
final class InnerMethods {
  /// What a method is for.
  ///
  /// @param name what messages call it
  record Inner(Plan plan, String name) {}

  private final Map<Inner, Integer> numbers = new HashMap<>();
  private final Queue<Inner> toWrite = new ArrayDeque<>();

  int number(Inner inner) {
    return numbers.computeIfAbsent(
        inner,
        i -> {
          toWrite.add(i);
          return numbers.size();
        });
  }

  /// The next that is to be written; null where all are.
  @Nullable Inner next() {
    return toWrite.poll();
  }
}
