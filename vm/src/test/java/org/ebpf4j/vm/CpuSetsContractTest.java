package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.CpuSetsContract;

/// The virtual kernel keeps the contract.
final class CpuSetsContractTest extends CpuSetsContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
