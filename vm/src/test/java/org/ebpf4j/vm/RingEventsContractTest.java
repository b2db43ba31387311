package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.RingEventsContract;

/// The virtual kernel keeps the contract.
final class RingEventsContractTest extends RingEventsContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
