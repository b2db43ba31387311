package org.ebpf4j.vm;

import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// What the virtual kernel is held against in [NewerProgramsTest].
@KernelTest
class NewerProgramsOnLinuxTest {
  @Test
  @RequiresKernel(value = "6.12", because = "of arenas and kfuncs for programs of type syscall")
  void doTheSame() {
    try (var kernel = LinuxKernel.open()) {
      NewerPrograms.kfuncs(kernel);
      NewerPrograms.objects(kernel);
      NewerPrograms.arena(kernel);
    }
  }
}
