package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.ebpf4j.cli.Cli;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "5.10", because = "freplace on a program that is said when it is attached")
class FreplaceRunTest {
  @Test
  void theProgramWhoseFunctionIsReplacedIsSaidByItsId() {
    var spec = ObjectSpec.read("code_base", TestObjects.bytes("code_base"));
    try (var kernel = LinuxKernel.open();
        var base = kernel.load(spec)) {
      var run =
          Cli.run(
              "run",
              TestObjects.file("code_replacement"),
              "--attach",
              "code_replacement=freplace:code_part,of=" + base.program("code_base").id(),
              "--duration",
              "100ms");
      assumeFalse(run.err().contains("locked down"), "this kernel is locked down");

      assertThat(run.err()).contains("attached to freplace/code_part,of=code_base");
      assertThat(run.status()).isZero();
    }
  }
}
