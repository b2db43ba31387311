package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.StatisticsContract;

/// The virtual kernel keeps the contract.
final class StatisticsContractTest extends StatisticsContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }
}
