package org.ebpf4j.linux.internal.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.ebpf4j.linux.attach.ReferenceZoo;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.References.Verdict;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// The search without iterators, as with less privilege or without BTF.
@KernelTest
@Requires({Facility.IP, Facility.BPFFS, Facility.CGROUP2, Facility.TRACEFS})
class WithoutIteratorsTest {
  /// What system calls do not tell, on every kernel.
  private static final Set<String> NOT_TOLD =
      Set.of(
          "perf_event, PERF_EVENT program",
          "mmap after close(fd)",
          "fd in flight (SCM_RIGHTS)",
          "io_uring registered file",
          "SO_ATTACH_BPF socket filter",
          "SO_ATTACH_REUSEPORT_EBPF",
          "tun TUNSETFILTEREBPF",
          "sockmap verdict program"); // Since 5.16.

  @Test
  void namesWhatProcAndSystemCallsTellAndSuspectsTheRest() throws Exception {
    try (var zoo = ReferenceZoo.open()) {
      var snapshot = ReferenceSearch.make(false);
      var checks = new SoftAssertions();
      var notNamed = new TreeSet<String>();
      for (var animal : zoo.animals()) {
        var references = snapshot.of(animal.object()).orElseThrow();
        checks.assertThat(references.counter()).as(animal.holder()).isEmpty();
        checks.assertThat(references.verdict()).as(animal.holder()).isEqualTo(Verdict.UNKNOWN);
        if (references.found().stream().map(Reference::kind).noneMatch(animal.kind()::equals)) {
          notNamed.add(animal.holder());
          checks.assertThat(references.suspects()).as(animal.holder()).isNotEmpty();
        }
      }
      assertThat(NOT_TOLD).containsAll(notNamed);
      checks.assertAll();
    }
  }
}
