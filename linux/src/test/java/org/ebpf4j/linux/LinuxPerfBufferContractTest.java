package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.PerfBufferContract;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;

/// This machine's kernel keeps the contract.
@KernelTest
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
final class LinuxPerfBufferContractTest extends PerfBufferContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
