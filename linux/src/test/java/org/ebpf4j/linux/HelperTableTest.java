package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The table of helper functions, held against the kernel that the tests run on.
@KernelTest
class HelperTableTest {
  private static final String PREFIX = "BPF_FUNC_";

  /// For some attach types only; or not where the kernel is locked down.
  private static final Set<String> CONDITIONAL =
      Set.of("bpf_get_retval", "bpf_set_retval", "bpf_probe_write_user", "bpf_override_return");

  @Test
  void numbersAndNamesAreThoseOfTheKernelsTypes() {
    var types = KernelBtf.running();
    var checked = 0;
    for (int id : types.ids("bpf_func_id")) {
      for (var constant : ((BtfType.Enum) types.type(id)).values()) {
        if (constant.value() == 0 || !constant.name().startsWith(PREFIX)) {
          continue;
        }
        var name = "bpf_" + constant.name().substring(PREFIX.length());
        assertThat(HelperFunction.name((int) constant.value())).contains(name);
        checked++;
      }
    }
    assertThat(checked).isBetween(150, HelperFunction.all().size());
  }

  /// Kernels before that give some helpers to fewer types. Types whose programs load without a
  /// target in the kernel's types.
  @RequiresKernel("6.12")
  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {
        "SOCKET_FILTER", "KPROBE", "SCHED_CLS", "TRACEPOINT", "XDP", "PERF_EVENT", "CGROUP_SKB",
        "LWT_IN", "LWT_XMIT", "SOCK_OPS", "SK_SKB", "CGROUP_DEVICE", "SK_MSG", "RAW_TRACEPOINT",
        "SK_REUSEPORT", "FLOW_DISSECTOR", "CGROUP_SYSCTL"
      })
  void programsMayCallWhatTheTableSays(ProgramType type) {
    var wrong = new ArrayList<String>();
    try (var kernel = LinuxKernel.open()) {
      var known = helpersOfThisKernel();
      for (var helper : HelperFunction.all()) {
        if (helper.id() > known
            || CONDITIONAL.contains(helper.name())
            || !helper.isFor(type.number())) {
          continue;
        }
        refusal(kernel, type, helper)
            .filter(e -> e.log().contains("program of this type cannot use helper"))
            .ifPresent(_ -> wrong.add(helper.name()));
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// No call leaves r0 unset, and none without arguments is accepted.
  private static Optional<VerifierException> refusal(
      LinuxKernel kernel, ProgramType type, HelperFunction helper) {
    var code =
        Instructions.assemble(new Instruction.Call.Helper(helper.id()), new Instruction.Exit());
    var program = ProgramSpec.builder("p", code).type(type).build();
    var spec = ObjectSpec.builder("helper").license("GPL").program(program).build();
    try (var object = kernel.load(spec)) {
      assertThat(object.programs()).hasSize(1);
      return Optional.empty();
    } catch (VerifierException e) {
      return Optional.of(e);
    } catch (BpfException e) {
      return Optional.empty();
    }
  }

  private static int helpersOfThisKernel() {
    var types = KernelBtf.running();
    var last = 0;
    for (int id : types.ids("bpf_func_id")) {
      last = Math.max(last, ((BtfType.Enum) types.type(id)).values().size() - 2);
    }
    return last;
  }
}
