package org.ebpf4j.vm.internal.machine;

/// A function of the kernel that programs call.
@FunctionalInterface
public interface Helper {
  /// Does what the function does.
  ///
  /// @return what is in `R0` afterwards
  /// @throws MemoryFault where an argument is no memory that the function may use
  long call(Run run, long a, long b, long c, long d, long e);

  /// What does the same where the first argument is a certain number: what that stands for need not
  /// be looked up at each call.
  ///
  /// @param memory where it may lead to
  default Helper of(Memory memory, long first) {
    return this;
  }
}
