package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpusTest {
  @Test
  void readsOneCpu() {
    assertThat(Cpus.parse("0")).containsExactly(0);
  }

  @Test
  void readsRanges() {
    assertThat(Cpus.parse("0-3")).containsExactly(0, 1, 2, 3);
    assertThat(Cpus.parse("0-1\n")).containsExactly(0, 1);
  }

  @Test
  void readsRangesWithHoles() {
    assertThat(Cpus.parse("0-1,4,8-9")).containsExactly(0, 1, 4, 8, 9);
  }

  @Test
  void readsNone() {
    assertThat(Cpus.parse("")).isEmpty();
    assertThat(Cpus.parse("\n")).isEmpty();
  }
}
