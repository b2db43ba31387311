package org.ebpf4j.vm.internal.memory;

import java.util.OptionalLong;
import org.ebpf4j.vm.internal.machine.Region;

/// What a program is given, with what functions of the kernel know of it.
public final class ContextRegion extends Region {
  private final int arguments;
  private final OptionalLong result;
  private final long function;

  /// A context.
  ///
  /// @param arguments how many arguments it has; -1 where it is no array of arguments
  /// @param result what the function returned, where the program sees that
  /// @param function the address of the function that was reached; 0 where it is not known
  public ContextRegion(
      byte[] bytes, boolean writable, int arguments, OptionalLong result, long function) {
    super("the context", bytes, writable);
    this.arguments = arguments;
    this.result = result;
    this.function = function;
  }

  /// How many arguments it has; -1 where it is no array of arguments.
  public int arguments() {
    return arguments;
  }

  /// What the function returned, where the program sees that.
  public OptionalLong result() {
    return result;
  }

  /// The address of the function that was reached; 0 where it is not known.
  public long function() {
    return function;
  }
}
