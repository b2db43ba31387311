package org.ebpf4j.vm.internal.machine;

/// Is told of each instruction before it is executed.
@FunctionalInterface
public interface StepListener {
  /// @param slot the instruction
  /// @param registers `R0` to `R10`, as they are; not to be changed or kept
  void step(Code code, int slot, long[] registers);
}
