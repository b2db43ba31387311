package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.ebpf4j.insn.HelperSignature.Access;
import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.insn.HelperSignature.Kind;
import org.ebpf4j.insn.HelperSignature.Result;
import org.ebpf4j.insn.HelperSignature.ResultKind;
import org.junit.jupiter.api.Test;

final class HelperFunctionTest {
  private static final int LAST = 211;

  /// The kernel looks at fewer arguments than the prototype has.
  private static final Set<String> TAKE_LESS =
      Set.of("bpf_get_cgroup_classid", "bpf_get_branch_snapshot");

  @Test
  void namesHelpersByNumber() {
    assertThat(HelperFunction.name(1)).hasValue("bpf_map_lookup_elem");
    assertThat(HelperFunction.name(6)).hasValue("bpf_trace_printk");
    assertThat(HelperFunction.name(130)).hasValue("bpf_ringbuf_output");
    assertThat(HelperFunction.name(LAST)).hasValue("bpf_cgrp_storage_delete");
  }

  @Test
  void findsNumbersByNameWithOrWithoutPrefix() {
    assertThat(HelperFunction.id("bpf_ktime_get_ns")).hasValue(5);
    assertThat(HelperFunction.id("ktime_get_ns")).hasValue(5);
    assertThat(HelperFunction.id("bpf_no_such_thing")).isEmpty();
  }

  @Test
  void knowsSinceWhichKernelAHelperIsThere() {
    assertThat(HelperFunction.since(1)).hasValue("3.18");
    assertThat(HelperFunction.since(130)).hasValue("5.8");
    assertThat(HelperFunction.since(LAST)).hasValue("6.2");
  }

  @Test
  void numbersRunFrom1WithoutAGap() {
    Set<String> names = new HashSet<>();
    for (int id = 1; id <= LAST; id++) {
      String name = HelperFunction.name(id).orElseThrow();
      assertThat(names.add(name)).as(name).isTrue();
      assertThat(HelperFunction.id(name)).hasValue(id);
      assertThat(HelperFunction.since(id).orElseThrow()).matches("[3-6]\\.\\d{1,2}");
    }
  }

  @Test
  void othersHaveNoName() {
    for (int id : new int[] {Integer.MIN_VALUE, -1, 0, LAST + 1, Integer.MAX_VALUE}) {
      assertThat(HelperFunction.name(id)).isEmpty();
      assertThat(HelperFunction.since(id)).isEmpty();
    }
  }

  @Test
  void knowsPrototypesAndWhatTheVerifierAsks() {
    var reserve = HelperFunction.of("bpf_ringbuf_reserve").orElseThrow();
    assertThat(reserve.prototype())
        .isEqualTo("void *bpf_ringbuf_reserve(void *ringbuf, u64 size, u64 flags)");
    var signature = reserve.signatures().getFirst();
    assertThat(signature.result()).isEqualTo(new Result(ResultKind.RINGBUF_RECORD, true));
    assertThat(signature.arguments())
        .extracting(Argument::kind)
        .containsExactly(Kind.MAP, Kind.ALLOCATION_SIZE, Kind.ANYTHING);
    var submit = HelperFunction.of("ringbuf_submit").orElseThrow().signatures().getFirst();
    assertThat(submit.result().kind()).isEqualTo(ResultKind.VOID);
    assertThat(submit.arguments().getFirst().releases()).isTrue();
    var comm = HelperFunction.of("get_current_comm").orElseThrow().signatures().getFirst();
    assertThat(comm.arguments().getFirst())
        .isEqualTo(new Argument(Kind.MEMORY, false, Access.WRITE, false, false));
  }

  @Test
  void knowsWhoMayCall() {
    var probeRead = HelperFunction.of("probe_read_kernel").orElseThrow();
    assertThat(probeRead.gplOnly()).isTrue();
    assertThat(probeRead.isFor(2)).isTrue();
    assertThat(HelperFunction.of("redirect").orElseThrow().isFor(2)).isFalse();
    assertThat(HelperFunction.of("copy_from_user").orElseThrow().sleeps()).isTrue();
    assertThat(HelperFunction.of("redirect").orElseThrow().programTypes()).contains(3, 6);
    assertThat(HelperFunction.of("tcp_send_ack").orElseThrow().isFor(27)).isTrue();
  }

  @Test
  void signaturesDependOnTheType() {
    var storage = HelperFunction.of("sk_storage_get").orElseThrow();
    assertThat(second(storage, 3)).isEqualTo(Kind.BTF_SOCKET_COMMON);
    assertThat(second(storage, 9)).isEqualTo(Kind.CONTEXT);
    assertThat(second(storage, 26)).isEqualTo(Kind.BTF_OBJECT);
    assertThat(storage.signature(2)).isEmpty();
    assertThat(HelperFunction.of("redirect").orElseThrow().signature(2)).isEmpty();
    assertThat(HelperFunction.of("redirect").orElseThrow().signature(6)).isPresent();
    assertThat(storage.signature(27)).isEmpty();
    assertThat(HelperFunction.of("tcp_send_ack").orElseThrow().signature(27)).isPresent();
  }

  private static Kind second(HelperFunction helper, int type) {
    return helper.signature(type).orElseThrow().arguments().get(1).kind();
  }

  @Test
  void prototypesAndSignaturesHaveTheSameArguments() {
    for (var helper : HelperFunction.all()) {
      assertThat(helper.prototype()).contains(helper.name() + "(");
      assertThat(helper.signatures()).as(helper.name()).isNotEmpty();
      var list = helper.prototype().substring(helper.prototype().indexOf('(') + 1);
      var inC = list.equals("void)") ? 0 : list.split(",").length;
      for (var signature : helper.signatures()) {
        var arguments = signature.arguments().size();
        if (list.contains("...")) {
          assertThat(arguments).as(helper.name()).isBetween(inC - 1, 5);
        } else if (!TAKE_LESS.contains(helper.name())) {
          assertThat(arguments).as(helper.name()).isEqualTo(inC);
        }
        if (helper.prototype().contains("*" + helper.name())) {
          assertThat(signature.result().kind())
              .as(helper.name())
              .isNotIn(ResultKind.INTEGER, ResultKind.VOID);
        }
      }
    }
  }

  @Test
  void sizesFollowMemory() {
    for (var helper : HelperFunction.all()) {
      for (var signature : helper.signatures()) {
        for (int i = 0; i < signature.arguments().size(); i++) {
          var kind = signature.arguments().get(i).kind();
          if (kind == Kind.SIZE || kind == Kind.SIZE_OR_ZERO) {
            assertThat(signature.arguments().get(i - 1).isPointer()).as(helper.name()).isTrue();
          }
        }
      }
    }
  }
}
