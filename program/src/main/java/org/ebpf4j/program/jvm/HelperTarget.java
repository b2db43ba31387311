package org.ebpf4j.program.jvm;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// An object that knows what helper functions do with it: a context with its packet.
public interface HelperTarget {
  /// Does what a helper function does.
  ///
  /// @param helper its number
  /// @param arguments all arguments, this object first
  /// @return its result; empty where it is not known here
  OptionalLong help(int helper, @Nullable Object... arguments);
}
