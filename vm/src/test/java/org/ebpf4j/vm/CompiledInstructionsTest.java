package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.InstructionContract;

/// Compiled programs keep the contract.
final class CompiledInstructionsTest extends InstructionContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.builder().execution(Execution.COMPILED).build();
  }
}
