package org.ebpf4j.vm;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.contract.SharedPinsContract;

/// The virtual kernel keeps the contract.
final class SharedPinsContractTest extends SharedPinsContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }

  @Override
  protected Path directory() {
    return Path.of("/pins");
  }
}
