package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.NetfilterContract;
import org.ebpf4j.testkit.KernelTest;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxNetfilterContractTest extends NetfilterContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
