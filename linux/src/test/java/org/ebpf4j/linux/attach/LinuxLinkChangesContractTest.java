package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.Kernel;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.contract.LinkChangesContract;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// This machine's kernel keeps the contract, for a process in a cgroup of the test's own.
@KernelTest
@Requires({Facility.CGROUP2, Facility.BPFFS})
final class LinuxLinkChangesContractTest extends LinkChangesContract {
  private static TestCgroup cgroup;
  private Path pins;

  @BeforeAll
  static void start() throws IOException {
    cgroup = TestCgroup.create();
  }

  @AfterAll
  static void end() throws Exception {
    cgroup.close();
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    pins = Files.createTempDirectory(Path.of("/sys/fs/bpf"), "ebpf4j-link-");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    Files.deleteIfExists(pins.resolve("link"));
    Files.delete(pins);
  }

  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }

  @Override
  protected AttachPoint hook(AttachType type) {
    return new Cgroup(cgroup.path(), type);
  }

  @Override
  protected void send(Kernel on) {
    try {
      assertThat(cgroup.shell().run("echo hello >/dev/udp/127.0.0.1/9").status()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Path pin(String name) {
    return pins.resolve(name);
  }
}
