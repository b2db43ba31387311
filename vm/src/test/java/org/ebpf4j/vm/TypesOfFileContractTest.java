package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.TypesOfFileContract;

/// The virtual kernel keeps the contract.
final class TypesOfFileContractTest extends TypesOfFileContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
