package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Functions of the running kernel are called, and what its types say is read.
@KernelTest
@RequiresKernel("6.12")
class KernelCallsOnLinuxTest {
  @Test
  void callsFunctionsByNameAndReadsBits() throws IOException, InterruptedException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(JavaPrograms.compile(KernelCalls.class))) {
      sees(object);
    }
  }

  @Test
  void doesSoFromAnObjectFile() throws IOException, InterruptedException {
    var file = ObjectFileWriter.write(JavaPrograms.compile(KernelCalls.class));
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read("calls.bpf.o", file))) {
      sees(object);
    }
  }

  private static void sees(BpfObject object) throws IOException, InterruptedException {
    try (var _ = object.program("executed").attach()) {
      assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
    }
    assertThat(object.variable("inExecve").get()).isEqualTo(1L);
    assertThat(object.variable("parent").get()).isPositive();
    assertThat(object.variable("address").get()).isEqualTo(1L);
    assertThat(object.variable("enumerators").get()).isEqualTo(302L);
    var self = (int) ProcessHandle.current().pid();
    object.variable("wanted").set(self);
    assertThat(run(object)).isEqualTo(77);
    object.variable("divisor").set(1);
    assertThat(run(object)).isEqualTo(2);
    assertThat(object.variable("group").get()).isEqualTo((long) self);
    object.variable("wanted").set(-1);
    assertThat(run(object)).isEqualTo(1);
  }

  private static int run(BpfObject object) {
    return object.program("find").run(RunInput.none()).returnValue();
  }
}
