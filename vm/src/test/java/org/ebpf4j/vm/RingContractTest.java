package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.RingContract;

/// The virtual kernel keeps the contract.
final class RingContractTest extends RingContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
