package org.ebpf4j.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.Finding;
import org.ebpf4j.verifier.result.VerifierResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs that every kernel rejects, each for one reason (`bpf/failures` of the testkit), and
/// some that kernels take.
class FailingProgramsTest {
  private static VerifierResult check(ObjectSpec object, String kernel) {
    return Verifier.check(
        CheckedProgram.of(object, object.programs().getFirst()), Rules.kernel(kernel));
  }

  private static Finding finding(String name, String kernel) {
    var result = check(ObjectSpec.read(TestObjects.file("failures/" + name)), kernel);
    assertThat(result).isInstanceOf(VerifierResult.Refused.class);
    return ((VerifierResult.Refused) result).first();
  }

  @ParameterizedTest
  @CsvSource({
    "helper_of_type, CALL, cannot use helper bpf_skb_vlan_pop",
    "gpl_only, CALL, cannot call GPL-restricted function",
    "call_under_lock, SECTION, function calls are not allowed while holding a lock",
    "lock_kept, SECTION, bpf_spin_unlock is missing",
    "null_unchecked, NULL, map_value_or_null",
    "reference_leaked, REFERENCE, Unreleased reference",
    "return_range, RETURN, should have been in",
    "size_unbounded, BOUNDS, min value is negative",
    "context_offset, FIELD, invalid bpf_context access",
    "packet_unbounded, BOUNDS, invalid access to packet",
    "register_unset, UNINITIALIZED, !read_ok"
  })
  void eachIsRefusedForItsReason(String name, Finding.Reason reason, String message) {
    for (var kernel : new String[] {"5.10", "6.1", "6.12", "newest"}) {
      var found = finding(name, kernel);
      assertThat(found.reason())
          .as(name + " on " + kernel + ": " + found.message())
          .isEqualTo(reason);
      assertThat(found.message()).contains(message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hello/hello.bpf.o",
    "sections/xdp.bpf.o",
    "sections/maps.bpf.o",
    "classic/counts.bpf.o"
  })
  void examplesAreAccepted(String name) {
    for (var kernel : new String[] {"5.10", "6.1", "6.12", "newest"}) {
      assertThat(check(ObjectSpec.read(TestObjects.example(name)), kernel))
          .as(name + " on " + kernel)
          .isInstanceOf(VerifierResult.Accepted.class);
    }
  }

  @Test
  void saysTheSameEachTime() {
    assertThat(finding("null_unchecked", "6.1")).isEqualTo(finding("null_unchecked", "6.1"));
  }
}
