package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.ClosedKernelContract;

/// The virtual kernel keeps the contract.
final class ClosedKernelContractTest extends ClosedKernelContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
