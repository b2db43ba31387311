package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.InstructionContract;

/// The virtual kernel keeps the contract.
final class InstructionContractTest extends InstructionContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
