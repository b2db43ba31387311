package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.UserRingContract;
import org.ebpf4j.testkit.KernelTest;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxUserRingContractTest extends UserRingContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
