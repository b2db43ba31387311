package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HelperFunctionTest {
  private static final int LAST = 211;

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
}
