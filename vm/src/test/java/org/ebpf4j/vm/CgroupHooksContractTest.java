package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.contract.CgroupHooksContract;
import org.ebpf4j.vm.memory.Context;

/// The virtual kernel keeps the contract.
final class CgroupHooksContractTest extends CgroupHooksContract {
  private static final Path GROUP = Path.of("/sys/fs/cgroup/test");

  private final VirtualKernel virtual = VirtualKernel.open();

  /// It is there before anything is attached, and keeps its id.
  private final VirtualHandle group = virtual.handles().cgroup(GROUP);

  @Override
  protected Kernel open() {
    return virtual;
  }

  @Override
  protected AttachPoint hook(AttachType type) {
    return new Cgroup(GROUP, type);
  }

  @Override
  protected long cgroup(Kernel on) {
    return group.id();
  }

  @Override
  protected void connect(Kernel on) {
    var context = Context.of("bpf_sock_addr").set("family", 2).set("user_family", 2).set("type", 2);
    var results =
        ((VirtualKernel) on)
            .fire(hook(AttachType.CGROUP_INET4_CONNECT), context.set("protocol", 17));
    assertThat(results).hasSize(1);
  }

  @Override
  protected void readSetting(Kernel on) {
    var context = Context.of("bpf_sysctl").set("name", "kernel/ostype").set("current", "Linux");
    ((VirtualKernel) on).fire(hook(AttachType.CGROUP_SYSCTL), context);
  }

  @Override
  protected void writeSetting(Kernel on, String text) {
    var context =
        Context.of("bpf_sysctl")
            .set("name", "kernel/domainname")
            .set("current", "(none)")
            .set("new", text + "\n");
    var results = ((VirtualKernel) on).fire(hook(AttachType.CGROUP_SYSCTL), context);
    assertThat(results.getFirst().returnValue()).isZero();
    assertThat(new String(results.getFirst().dataOut(), StandardCharsets.UTF_8)).isEqualTo("other");
  }
}
