package org.ebpf4j.vm.internal.machine;

import org.jspecify.annotations.Nullable;

/// The function of the kernel that goes on with another program.
public interface TailCall extends Helper {
  /// The program that is to go on; null where there is none.
  @Nullable Code target(Run run, long context, long map, long index);

  @Override
  default long call(Run run, long a, long b, long c, long d, long e) {
    throw new MemoryFault(b, "a tail call from a callback of a function of the kernel");
  }
}
