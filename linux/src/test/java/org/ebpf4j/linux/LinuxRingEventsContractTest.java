package org.ebpf4j.linux;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.RingEventsContract;
import org.ebpf4j.testkit.KernelTest;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxRingEventsContractTest extends RingEventsContract {
  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }
}
