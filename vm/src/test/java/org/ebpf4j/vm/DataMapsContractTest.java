package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.DataMapsContract;

/// The virtual kernel keeps the contract.
final class DataMapsContractTest extends DataMapsContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
