package org.ebpf4j.program.jvm;

import org.jspecify.annotations.Nullable;

/// What a helper function does in a test that wants something of its own.
@FunctionalInterface
public interface Answer {
  /// Does it.
  ///
  /// @param arguments the arguments of the method in Java; numbers are boxed
  /// @return a number, an object, or null for a method without a result and for a null pointer
  @Nullable Object call(@Nullable Object... arguments);
}
