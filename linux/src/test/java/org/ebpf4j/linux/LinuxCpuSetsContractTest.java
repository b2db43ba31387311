package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.CpuSetsContract;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;

/// This machine's kernel keeps the contract.
@KernelTest
@RequiresKernel(value = "6.3", because = "functions on sets of CPUs")
final class LinuxCpuSetsContractTest extends CpuSetsContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
