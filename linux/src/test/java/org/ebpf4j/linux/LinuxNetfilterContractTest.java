package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.NetfilterContract;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;

/// This machine's kernel keeps the contract.
@KernelTest
@RequiresKernel(value = "6.4", because = "programs on netfilter")
final class LinuxNetfilterContractTest extends NetfilterContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
