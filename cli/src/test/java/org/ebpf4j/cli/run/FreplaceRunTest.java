package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `ebpf4j run` with a program that takes the place of a function of another one.
@KernelTest
@RequiresKernel(value = "5.10", because = "freplace on a program that is said when it is attached")
class FreplaceRunTest {
  private static final int XDP_DROP = 1;
  private static final int XDP_PASS = 2;

  private LinuxKernel kernel;
  private LinuxObject object;

  @BeforeEach
  void load() {
    kernel = LinuxKernel.open();
    object = kernel.load(spec("code_base"));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name, TestObjects.bytes(name));
  }

  private LinuxProgram base() {
    return object.program("code_base");
  }

  /// Skips the test where a locked kernel refuses such programs.
  private void assumeTaken() {
    var spec = spec("code_replacement").withProgram("code_replacement", p -> p.withAutoload(true));
    try {
      kernel.load(spec, LoadOptions.DEFAULT.withTarget("code_replacement", base())).close();
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
    }
  }

  private int verdict() {
    return base().run(RunInput.packet(new byte[64])).returnValue();
  }

  @Test
  void theFunctionIsReplacedUntilTheRunEnds() throws IOException {
    assumeTaken();
    var before = Alive.now();
    assertThat(verdict()).isEqualTo(XDP_PASS);
    try (var session =
        Session.start(
            "run",
            TestObjects.file("code_replacement"),
            "--attach",
            "code_replacement=freplace:code_part,of=" + base().id())) {
      session.await("attached to freplace/code_part,of=code_base");
      assertThat(verdict()).isEqualTo(XDP_DROP);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
    assertThat(verdict()).isEqualTo(XDP_PASS);
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  void aSectionWithoutTheProgramSaysHowToNameIt() {
    var run = Cli.run("run", TestObjects.file("code_replacement"), "--program", "code_replacement");
    assertThat(run.status()).isNotZero();
    assertThat(run.err()).contains("freplace:code_part,of=");
  }
}
