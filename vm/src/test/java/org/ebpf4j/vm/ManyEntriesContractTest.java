package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.ManyEntriesContract;

/// The virtual kernel keeps the contract.
final class ManyEntriesContractTest extends ManyEntriesContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
