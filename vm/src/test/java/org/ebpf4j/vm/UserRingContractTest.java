package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.UserRingContract;

/// The virtual kernel keeps the contract.
final class UserRingContractTest extends UserRingContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
