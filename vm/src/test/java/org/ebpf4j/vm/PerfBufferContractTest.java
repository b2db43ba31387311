package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.PerfBufferContract;

/// The virtual kernel keeps the contract.
final class PerfBufferContractTest extends PerfBufferContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
