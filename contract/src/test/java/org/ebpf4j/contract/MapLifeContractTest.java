package org.ebpf4j.contract;

import java.nio.file.Path;
import org.ebpf4j.Kernel;

/// The kernel of maps keeps the contract.
final class MapLifeContractTest extends MapLifeContract {
  @Override
  protected Kernel open() {
    return new MapsKernel();
  }

  @Override
  protected Path pin(String name) {
    return Path.of("/pins", name);
  }
}
