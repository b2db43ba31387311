package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.MapContract;

/// The virtual kernel keeps the contract.
final class MapContractTest extends MapContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
