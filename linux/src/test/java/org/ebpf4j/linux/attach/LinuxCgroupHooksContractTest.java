package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.ebpf4j.Kernel;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.contract.CgroupHooksContract;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// This machine's kernel keeps the contract, for a process in a cgroup of the test's own.
@KernelTest
@Requires({Facility.CGROUP2, Facility.LOOPBACK})
final class LinuxCgroupHooksContractTest extends CgroupHooksContract {
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

  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }

  @Override
  protected AttachPoint hook(AttachType type) {
    return new Cgroup(cgroup.path(), type);
  }

  private static int run(String what) {
    try {
      return child.run(what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected long cgroup(Kernel on) {
    try {
      return (long) Files.getAttribute(cgroup.path(), "unix:ino");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void connect(Kernel on) {
    assertThat(run("connect4")).isZero();
  }

  @Override
  protected void readSetting(Kernel on) {
    assertThat(run("sysctl")).isPositive();
  }

  @Override
  protected void writeSetting(Kernel on, String text) {
    try {
      var answer = cgroup.shell().run("echo " + text + " > /proc/sys/kernel/domainname");
      assertThat(answer.status()).isNotZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
