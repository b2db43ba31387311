package org.ebpf4j.program.compile;

import org.ebpf4j.Kernel;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.KernelTest;

/// On the machine's kernel.
@KernelTest
class RandomMethodsOnLinuxTest extends RandomMethodsContract {
  @Override
  Kernel open() {
    return LinuxKernel.open();
  }
}
