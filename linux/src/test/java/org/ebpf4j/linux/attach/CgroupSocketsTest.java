package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.error.Errno;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The hooks of a cgroup on addresses, sockets, options and settings, against a process in a cgroup
/// of the test's own.
@KernelTest
@Requires({Facility.CGROUP2, Facility.LOOPBACK})
class CgroupSocketsTest {
  private static final int HITS = 0;
  private static final int REFUSE = 1;
  private static final int CHANGED_PORT = 4242;

  private static TestCgroup cgroup;
  private static CgroupChild child;

  @BeforeAll
  static void start() throws IOException {
    cgroup = TestCgroup.create();
    child = CgroupChild.start();
    cgroup.add(child.pid());
  }

  @AfterAll
  static void end() throws IOException {
    child.close();
    cgroup.close();
  }

  /// Attaches the program of a hook by its own type, and runs what the hook sees.
  private static void check(String object, String hook, int refused) throws IOException {
    try (var loaded = LoadedObject.of(object)) {
      var program = loaded.program(hook);
      var usual = child.run(hook);
      assertThat(usual).as("without a program").isNotNegative();
      assertThat(loaded.count(HITS)).isZero();
      var type = program.spec().orElseThrow().attachType().orElseThrow();
      try (var link = program.attach(new Cgroup(cgroup.path(), type))) {
        assertThat(link.isAttached()).isTrue();
        assertThat(child.run(hook)).isEqualTo(usual);
        assertThat(loaded.count(HITS)).isPositive();
        loaded.set("counts", REFUSE, 1);
        assertThat(child.run(hook)).isEqualTo(refused == 0 ? usual : refused);
      }
      var before = loaded.count(HITS);
      assertThat(child.run(hook)).isEqualTo(usual);
      assertThat(loaded.count(HITS)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EffectOf("cgroup")
  @ValueSource(
      strings = {
        "bind4",
        "bind6",
        "post_bind4",
        "post_bind6",
        "connect4",
        "connect6",
        "sendmsg4",
        "sendmsg6",
        "sock_create",
        "sysctl",
        "getsockopt",
        "setsockopt"
      })
  void refusesUntilClosed(String hook) throws IOException {
    check("attach/cgroup_sockets", hook, -Errno.EPERM);
  }

  @ParameterizedTest
  @EffectOf("cgroup")
  @ValueSource(
      strings = {
        "recvmsg4",
        "recvmsg6",
        "getpeername4",
        "getpeername6",
        "getsockname4",
        "getsockname6"
      })
  void changesThePortUntilClosed(String hook) throws IOException {
    check("attach/cgroup_sockets", hook, CHANGED_PORT);
  }

  @Test
  @EffectOf("cgroup")
  void seesSocketsClosedUntilClosed() throws IOException {
    check("attach/cgroup_sockets", "sock_release", 0);
  }

  @ParameterizedTest
  @EffectOf("cgroup")
  @RequiresKernel(value = "6.7", because = "hooks of cgroups on addresses of local sockets")
  @ValueSource(strings = {"connect_unix", "sendmsg_unix"})
  void refusesLocalSocketsUntilClosed(String hook) throws IOException {
    check("attach/cgroup_unix", hook, -Errno.EPERM);
  }

  @ParameterizedTest
  @EffectOf("cgroup")
  @RequiresKernel(value = "6.7", because = "hooks of cgroups on addresses of local sockets")
  @ValueSource(strings = {"recvmsg_unix", "getpeername_unix", "getsockname_unix"})
  void seesLocalSocketsUntilClosed(String hook) throws IOException {
    check("attach/cgroup_unix", hook, 0);
  }
}
