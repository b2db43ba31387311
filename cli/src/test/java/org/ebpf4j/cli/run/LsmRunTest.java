package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "5.7", because = "programs as a security module")
class LsmRunTest {
  private static final Object OBJECT = TestObjects.file("attach/lsm_info");

  @Test
  void aProgramThatRefusesCommandsOfBpfRunsUntilTheEnd() throws IOException {
    var tried = Cli.run("verify", OBJECT);
    Assumptions.assumeTrue(
        tried.status() == 0, () -> "this kernel takes no program for it: " + tried.err());
    try (var session = Session.start("run", OBJECT)) {
      session.await("no_info: lsm, fd ");
      assertThat(session.err()).contains("attached to lsm/bpf");
      assertThat(Cli.run("prog", "list").status()).isNotZero();
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
    assertThat(Cli.run("prog", "list").status()).isZero();
  }
}
