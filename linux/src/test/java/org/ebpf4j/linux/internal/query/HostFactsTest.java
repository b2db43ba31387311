package org.ebpf4j.linux.internal.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

@KernelTest
class HostFactsTest {
  @Test
  void tellsWhatKernelKnowsOfBtf() {
    try (var facts = new HostFacts()) {
      assertThat(facts.btf().typeTags()).isEqualTo(facts.has(KernelFeature.BTF_TYPE_TAGS));
      assertThat(facts.btf().functions()).isTrue();
      assertThat(facts.btf().layout()).isEqualTo(facts.has(KernelFeature.BTF_LAYOUT));
    }
  }

  @Test
  void tellsMachineAndVersion() {
    try (var facts = new HostFacts()) {
      assertThat(facts.versionCode()).isEqualTo(KernelRelease.versionCode());
      assertThat(facts.pageSize()).isGreaterThanOrEqualTo(4096);
      assertThat(facts.possibleCpus()).isPositive();
      assertThat(facts.registers()).endsWith("regs");
    }
  }

  @Test
  void modulesHaveDescriptorsForAsLongAsItIsOpen() {
    try (var facts = new HostFacts()) {
      assertThat(facts.moduleFd("")).as("the kernel itself").isZero();
      for (var module : facts.modules()) {
        assertThat(facts.moduleFd(module.name())).isPositive();
      }
      assertThatThrownBy(() -> facts.moduleFd("no_such_module"))
          .isInstanceOf(NotFoundException.class);
    }
  }
}
