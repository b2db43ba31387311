package org.ebpf4j.linux;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.contract.SharedPinsContract;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// This machine's kernel keeps the contract.
@KernelTest
@Requires(Facility.BPFFS)
final class LinuxSharedPinsContractTest extends SharedPinsContract {
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
  protected Path directory() {
    if (pins == null) {
      pins = ScratchPins.create();
    }
    return pins.directory();
  }
}
