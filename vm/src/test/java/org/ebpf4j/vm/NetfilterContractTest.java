package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.NetfilterContract;

/// The virtual kernel keeps the contract.
final class NetfilterContractTest extends NetfilterContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
