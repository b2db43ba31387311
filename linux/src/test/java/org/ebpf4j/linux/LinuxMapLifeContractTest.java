package org.ebpf4j.linux;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.contract.MapLifeContract;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxMapLifeContractTest extends MapLifeContract {
  private final ScratchPins pins = ScratchPins.create();

  @AfterEach
  void removePins() {
    pins.close();
  }

  @Override
  protected Path pin(String name) {
    return pins.at(name);
  }

  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
