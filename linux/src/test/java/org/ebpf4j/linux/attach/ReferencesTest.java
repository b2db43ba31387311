package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.SoftAssertions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.reference.References.Verdict;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires({Facility.IP, Facility.BPFFS, Facility.CGROUP2, Facility.TRACEFS})
class ReferencesTest {

  @Test
  @RequiresKernel("6.6") // tcx
  void namesEachKindOfHolder() throws Exception {
    try (var zoo = ReferenceZoo.open()) {
      var snapshot = LinuxKernel.open().references();
      assertThat(snapshot.notes()).isEmpty();
      var checks = new SoftAssertions();
      for (var animal : zoo.animals()) {
        var references = snapshot.of(animal.object()).orElseThrow();
        checks
            .assertThat(references.found())
            .as("%s: %s: %s", animal.holder(), animal.object(), references.sum())
            .isNotEmpty();
        checks
            .assertThat(references.found())
            .as(animal.holder())
            .first()
            .satisfies(f -> assertThat(f.kind()).isEqualTo(animal.kind()));
        checks
            .assertThat(references.verdict())
            .as("%s: %s of %s", animal.holder(), references.sum(), references.found())
            .isEqualTo(Verdict.EXPLAINED);
        checks.assertThat(references.counter()).as(animal.holder()).hasValue(animal.count());
      }
      checks.assertThat(zoo.animals()).hasSize(28);
      checks.assertAll();
    }
  }
}
