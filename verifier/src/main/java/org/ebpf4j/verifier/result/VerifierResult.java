package org.ebpf4j.verifier.result;

import java.util.List;

/// What came of the check of a program. It never changes, and any thread may use it.
public sealed interface VerifierResult {
  /// What it took.
  Effort effort();

  /// The program keeps all rules.
  ///
  /// @param facts what is known of its registers
  record Accepted(Effort effort, Facts facts) implements VerifierResult {}

  /// The program breaks a rule, or could not be followed to its end.
  ///
  /// @param findings what is wrong, at least one; the first is what a kernel would report
  record Refused(Effort effort, List<Finding> findings) implements VerifierResult {
    public Refused {
      findings = List.copyOf(findings);
      if (findings.isEmpty()) {
        throw new IllegalArgumentException("a refusal without a finding");
      }
    }

    /// What a kernel would report.
    public Finding first() {
      return findings.getFirst();
    }
  }

  /// The work that a check was, in the kernel's own counts.
  ///
  /// @param processed instructions that were walked, each as often as it was reached
  /// @param states states that were kept to compare with
  /// @param peakStates the most of them at one time
  /// @param longestPath the most branches that waited at one time
  record Effort(long processed, int states, int peakStates, int longestPath) {}
}
