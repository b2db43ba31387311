package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.contract.LinkChangesContract;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The virtual kernel keeps the contract.
final class LinkChangesContractTest extends LinkChangesContract {
  @Test
  void aHookOfACgroupReachesItsOwnProgramsAlone() {
    var spec = ObjectSpec.read(TestObjects.file("attach_cgroup"));
    try (var kernel = VirtualKernel.open();
        var object = kernel.load(spec);
        var _ = object.program("egress").attach(hook(AttachType.CGROUP_INET_EGRESS));
        var _ = object.program("ingress").attach(hook(AttachType.CGROUP_INET_INGRESS))) {
      send(kernel);
      assertThat(object.program("egress").statistics().runs()).isEqualTo(1);
      assertThat(object.program("ingress").statistics().runs()).isZero();
    }
  }

  @Test
  void aDirectionOfADeviceReachesItsOwnProgramsAlone() {
    var spec = ObjectSpec.read(TestObjects.file("run_types"));
    var places =
        List.<AttachPoint>of(
            Tcx.ingress("veth0"), Tcx.egress("veth0"), Tc.ingress("veth0"), Tc.egress("veth0"));
    try (var kernel = VirtualKernel.open();
        var object =
            kernel.load(spec.withEachProgram(p -> p.withAutoload(p.name().equals("run_tc"))))) {
      for (var place : places) {
        try (var _ = object.program("run_tc").attach(place)) {
          for (var reached : places) {
            assertThat(kernel.fire(reached, RunInput.packet(new byte[64])))
                .as("%s, reached %s", place.describe(), reached.describe())
                .hasSize(reached.equals(place) ? 1 : 0);
          }
        }
      }
    }
  }

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
