package org.ebpf4j.program.compile;

import org.ebpf4j.Kernel;
import org.ebpf4j.vm.VirtualKernel;

/// On the virtual kernel.
class RandomMethodsTest extends RandomMethodsContract {
  @Override
  Kernel open() {
    return VirtualKernel.open();
  }
}
