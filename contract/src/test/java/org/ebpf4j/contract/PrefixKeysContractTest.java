package org.ebpf4j.contract;

import org.ebpf4j.Kernel;

/// The kernel of maps keeps the contract.
final class PrefixKeysContractTest extends PrefixKeysContract {
  @Override
  protected Kernel open() {
    return new MapsKernel();
  }
}
