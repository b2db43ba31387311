package org.ebpf4j.vm;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.contract.MapLifeContract;

/// The virtual kernel keeps the contract.
final class MapLifeContractTest extends MapLifeContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }

  @Override
  protected Path pin(String name) {
    return Path.of("/pins", name);
  }
}
