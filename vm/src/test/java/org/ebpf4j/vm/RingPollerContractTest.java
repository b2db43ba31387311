package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.RingPollerContract;

/// The virtual kernel keeps the contract.
final class RingPollerContractTest extends RingPollerContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
