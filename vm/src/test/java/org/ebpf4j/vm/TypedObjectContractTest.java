package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.TypedObjectContract;

/// Generated classes work with the virtual kernel.
final class TypedObjectContractTest extends TypedObjectContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
