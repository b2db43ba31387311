package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.PrefixKeysContract;

/// The virtual kernel keeps the contract.
final class PrefixKeysContractTest extends PrefixKeysContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
