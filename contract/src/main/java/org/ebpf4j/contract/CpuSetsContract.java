package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Sets of CPUs that programs make (`bpf_cpumask_create` and its like), on a kernel with two CPUs
/// at least.
@RequiresKernel(value = "6.12", because = "programs that are run by themselves may have such sets")
public abstract class CpuSetsContract {
  /// The kernel whose programs are run.
  protected abstract Kernel open();

  @Test
  void setsAreMadeComparedAndPutTogether() {
    var spec = ObjectSpec.read("vm_cpus.bpf.o", TestObjects.bytes("vm_cpus"));
    try (var kernel = open();
        var object = kernel.load(spec)) {
      assertThat(object.program("sets").run(RunInput.none()).returnValue()).isEqualTo(27);
      var told = object.variable("out").memory().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      assertThat(Arrays.copyOf(told, 11)).containsExactly(1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0);
      assertThat(Arrays.copyOfRange(told, 11, 21)).containsExactly(0, 0, 1, 2, 0, 1, 0, 1, 0, 1);
      assertThat(Arrays.copyOfRange(told, 21, 27)).containsExactly(1, 1, 0, 1, 1, 1);
    }
  }
}
