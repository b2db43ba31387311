package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.RunContract;

/// The virtual kernel keeps the contract.
final class RunContractTest extends RunContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
