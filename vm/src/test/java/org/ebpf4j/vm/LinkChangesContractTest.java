package org.ebpf4j.vm;

import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.contract.LinkChangesContract;

/// The virtual kernel keeps the contract.
final class LinkChangesContractTest extends LinkChangesContract {
  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }

  @Override
  protected AttachPoint hook(AttachType type) {
    return new Cgroup(Path.of("/sys/fs/cgroup/test"), type);
  }

  @Override
  protected void send(Kernel on) {
    ((VirtualKernel) on).fire(hook(AttachType.CGROUP_INET_EGRESS), RunInput.packet(new byte[64]));
  }

  @Override
  protected Path pin(String name) {
    return Path.of("/pins", name);
  }
}
