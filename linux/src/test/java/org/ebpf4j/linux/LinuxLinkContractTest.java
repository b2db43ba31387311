package org.ebpf4j.linux;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.contract.LinkContract;
import org.ebpf4j.testkit.KernelTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxLinkContractTest extends LinkContract {
  private @Nullable ScratchPins pins;

  @AfterEach
  void removePins() {
    if (pins != null) {
      pins.close();
    }
  }

  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }

  @Override
  protected Path pin(String name) {
    if (pins == null) {
      pins = ScratchPins.create();
    }
    return pins.at(name);
  }

  @Override
  protected void reach(Kernel reached) {
    Renames.cause();
  }
}
