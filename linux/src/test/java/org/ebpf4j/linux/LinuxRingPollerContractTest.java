package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.RingPollerContract;
import org.ebpf4j.testkit.KernelTest;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxRingPollerContractTest extends RingPollerContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
