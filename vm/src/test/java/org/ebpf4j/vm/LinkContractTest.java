package org.ebpf4j.vm;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.contract.LinkContract;

/// The virtual kernel keeps the contract.
final class LinkContractTest extends LinkContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }

  @Override
  protected Path pin(String name) {
    return Path.of("/pins", name);
  }

  @Override
  protected void reach(Kernel reached) {
    ((VirtualKernel) reached)
        .fire(new RawTracepoint("task_rename"), RunInput.context(new byte[16]));
  }
}
