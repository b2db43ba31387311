package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.memory.Context;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What comes of reads through null, by where the pointer comes from, interpreted and compiled.
class NullPointersTest {
  private static VirtualKernel kernel(Execution execution) {
    return VirtualKernel.builder().execution(execution).build();
  }

  /// One that takes programs that a verifier refuses.
  private static VirtualKernel unverified(Execution execution) {
    return VirtualKernel.builder().execution(execution).unverified().build();
  }

  private static VirtualObject load(VirtualKernel kernel, String name) {
    return kernel.load(ObjectSpec.read(TestObjects.file(name)));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anArgumentThatIsNullReadsZero(Execution execution) {
    try (var kernel = kernel(execution);
        var object = load(kernel, "run_null");
        var _ = object.program("argument").attach()) {
      var results = kernel.fire(new Fentry("bpf_fentry_test7"), Context.arguments().set(0, 0));
      assertThat(results).hasSize(1);
      for (var variable : new String[] {"pointer", "behind", "further"}) {
        assertThat(object.variable(variable).get()).as(variable).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aChainOfObjectsEndsInZeroes(Execution execution) {
    try (var kernel = unverified(execution);
        var object = load(kernel, "vm_null");
        var _ = object.program("walk").attach()) {
      var first = kernel.memory().allocate("node").set("number", 7).set("less", -2);
      first.make("next").set("number", 30);
      for (int rounds : new int[] {1, 2, 3, 100_000}) {
        object.variable("rounds").set(rounds);
        kernel.fire(new Fentry("vm_walk"), Context.arguments().set(0, first));
        assertThat(object.variable("sum").get() & 0xffff_ffffL)
            .as("%d rounds", rounds)
            .isEqualTo(rounds == 1 ? 5 : 35);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void otherUsesOfNullAreFaults(Execution execution) {
    try (var kernel = unverified(execution);
        var object = load(kernel, "vm_null")) {
      for (var name : new String[] {"write", "entry"}) {
        try (var _ = object.program(name).attach()) {
          assertThatThrownBy(
                  () -> kernel.fire(new Fentry("vm_" + name), Context.arguments().set(0, 0)))
              .as(name)
              .isInstanceOf(ProgramFaultException.class)
              .hasMessageContaining("null pointer");
        }
      }
      try (var _ = object.program("raw").attach()) {
        assertThatThrownBy(
                () -> kernel.fire(new RawTracepoint("vm_raw"), Context.arguments().set(0, 0)))
            .isInstanceOf(ProgramFaultException.class)
            .hasMessageContaining("offset 8 of the null pointer");
      }
    }
  }
}
