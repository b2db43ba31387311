package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.ebpf4j.insn.Kfunc.Parameter;
import org.junit.jupiter.api.Test;

final class KfuncTest {
  private static final String NEWEST = "7.3";

  @Test
  void knowsWhatTheVerifierIsTold() {
    var acquire = Kfunc.of("bpf_task_acquire", NEWEST).orElseThrow();
    assertThat(acquire.is(KfuncFlag.ACQUIRE)).isTrue();
    assertThat(acquire.is(KfuncFlag.RET_NULL)).isTrue();
    assertThat(acquire.is(KfuncFlag.RELEASE)).isFalse();
    assertThat(acquire.returnType()).isEqualTo("struct task_struct *");
    assertThat(acquire.parameters())
        .containsExactly(new Parameter("struct task_struct *", "p", Set.of()));
    var next = Kfunc.of("bpf_iter_num_next", "6.12").orElseThrow();
    assertThat(next.flags()).contains(KfuncFlag.ITER_NEXT, KfuncFlag.RET_NULL);
    assertThat(next.programTypes()).isEmpty();
  }

  @Test
  void knowsWhichKernelsHaveIt() {
    assertThat(Kfunc.of("bpf_iter_num_new", "6.1")).isEmpty();
    assertThat(Kfunc.of("bpf_iter_num_new", "6.12")).isPresent();
    assertThat(Kfunc.since("bpf_iter_num_new")).hasValue("6.12");
    assertThat(Kfunc.of("bpf_skb_ct_lookup", "6.1")).isPresent();
    assertThat(Kfunc.of("bpf_skb_ct_lookup", "5.10")).isEmpty();
    assertThat(Kfunc.of("no_such_thing", NEWEST)).isEmpty();
  }

  /// 6.18 was not read, so it has what 6.12 has.
  @Test
  void takesTheNewestKernelBefore() {
    assertThat(Kfunc.of("bpf_task_acquire", "6.18"))
        .isEqualTo(Kfunc.of("bpf_task_acquire", "6.12"));
    assertThat(Kfunc.of("bpf_task_acquire", "7.9")).isEqualTo(Kfunc.of("bpf_task_acquire", "7.3"));
  }

  @Test
  void knowsWhoMayCall() {
    var lookup = Kfunc.of("bpf_skb_ct_lookup", NEWEST).orElseThrow();
    assertThat(lookup.isFor("sched_cls")).isTrue();
    assertThat(lookup.isFor("kprobe")).isFalse();
    assertThat(Kfunc.of("bpf_dynptr_slice", NEWEST).orElseThrow().isFor("kprobe")).isTrue();
  }

  @Test
  void suffixesOfNamesAreToldApart() {
    var slice = Kfunc.of("bpf_dynptr_slice", NEWEST).orElseThrow();
    assertThat(slice.parameters())
        .extracting(Parameter::suffixes)
        .contains(Set.of("szk"))
        .anyMatch(suffixes -> suffixes.contains("nullable") || suffixes.contains("opt"));
    var add = Kfunc.of("bpf_rbtree_add_impl", NEWEST).orElseThrow();
    assertThat(add.parameters()).hasSize(5);
    assertThat(add.parameters().get(2).isFunction()).isTrue();
    assertThat(add.parameters().get(3).suffixes()).containsExactly("ign");
  }

  @Test
  void argumentsOfTheVerifierAreNoParameters() {
    assertThat(Kfunc.of("bpf_obj_new", NEWEST).orElseThrow().parameters()).hasSize(1);
  }

  @Test
  void eachRowIsUnderstood() {
    assertThat(Kfunc.names()).hasSizeGreaterThan(300);
    for (var name : Kfunc.names()) {
      var function =
          Kfunc.of(name, NEWEST).or(() -> Kfunc.of(name, "6.12")).or(() -> Kfunc.of(name, "6.1"));
      assertThat(function).as(name).isPresent();
      if (!function.get().prototype().equals("?")) {
        assertThat(function.get().returnType()).as(name).isNotEmpty();
        assertThat(function.get().prototype()).contains(name + "(");
      }
    }
  }
}
