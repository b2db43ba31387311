package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.InstructionContract;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;

/// This machine's kernel keeps the contract.
@KernelTest
@RequiresKernel(value = "6.15", because = "of loads that acquire and stores that release")
final class LinuxInstructionContractTest extends InstructionContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
