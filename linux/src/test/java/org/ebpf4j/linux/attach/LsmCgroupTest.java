package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.LsmCgroup;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.CGROUP2)
@RequiresKernel(value = "6.0", because = "programs of security modules on cgroups")
class LsmCgroupTest {
  private static LoadedObject load() {
    try {
      return LoadedObject.of("attach/cgroup_hook", "sockets");
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
      throw e;
    }
  }

  private static boolean getsSocket(ChildShell shell) throws IOException {
    return shell.run("exec 3>/dev/udp/127.0.0.1/9 && exec 3>&-").status() == 0;
  }

  @Test
  @EffectOf("lsm_cgroup")
  void processesOfTheCgroupAreDecidedOnUntilClosed() throws IOException {
    try (var object = load();
        var cgroup = TestCgroup.create();
        var outside = ChildShell.start()) {
      assertThat(getsSocket(cgroup.shell())).isTrue();
      var point = new LsmCgroup("socket_create").in(cgroup.path());
      try (var link = object.program("sockets").attach(point)) {
        assertThat(link.info())
            .singleElement()
            .isInstanceOfSatisfying(
                LinkInfo.Cgroup.class,
                info -> {
                  assertThat(info.attachType()).contains(AttachType.LSM_CGROUP);
                  assertThat(info.path()).isEqualTo(cgroup.path().toString());
                });
        assertThat(getsSocket(cgroup.shell())).isFalse();
        assertThat(object.count(0)).isPositive();
        assertThat(getsSocket(outside)).isTrue();
      }
      assertThat(getsSocket(cgroup.shell())).isTrue();
    }
  }

  @Test
  void withoutACgroupItSaysHowToNameOne() {
    try (var object = load()) {
      assertThatThrownBy(() -> object.program("sockets").attach().close())
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("for which cgroup")
          .hasMessageContaining("lsm_cgroup:socket_create,cgroup=PATH");
    }
  }
}
