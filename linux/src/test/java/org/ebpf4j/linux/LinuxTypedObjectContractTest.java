package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.TypedObjectContract;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;

/// Generated classes work with this machine's kernel.
@KernelTest
@Requires(Facility.SPEED)
final class LinuxTypedObjectContractTest extends TypedObjectContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
