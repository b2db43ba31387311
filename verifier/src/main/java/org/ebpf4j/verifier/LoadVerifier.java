package org.ebpf4j.verifier;

import org.ebpf4j.error.Errno;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.Finding;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.ebpf4j.verifier.result.FindingText;
import org.ebpf4j.verifier.result.VerifierResult;

/// [Verifier] for kernels that have none of their own: it judges by the rules of a kernel's
/// version, and what it refuses has the exception of a real kernel.
public final class LoadVerifier implements ProgramVerifier {
  /// Judges for any kernel.
  public LoadVerifier() {}

  @Override
  public Judgement judge(Candidate candidate) {
    var rules = rules(candidate.versionCode());
    var text = new FindingText(candidate.program().program(), candidate.program().instructions());
    return switch (Verifier.check(CheckedProgram.of(candidate), rules)) {
      case VerifierResult.Accepted(var effort, var _) ->
          new Accepted(effort.processed(), effort.states());
      case VerifierResult.Refused refused when refused.first().reason() == Reason.GAVE_UP ->
          new GaveUp(text.message(refused.first()));
      case VerifierResult.Refused refused when isOfLayout(candidate, refused.first()) ->
          new GaveUp(
              "the types of a kernel are needed for the offset of a field; by those of the object: "
                  + text.message(refused.first()));
      case VerifierResult.Refused refused -> new Refused(refusal(candidate, text, refused, rules));
    };
  }

  /// Whether a field may be elsewhere in a kernel: an object that is fitted to its own types has
  /// the offsets of its declarations, which are often cut short.
  private static boolean isOfLayout(Candidate candidate, Finding finding) {
    return finding.reason() == Reason.FIELD
        && !candidate.ownTypes()
        && !candidate.program().program().coreRelocations().isEmpty();
  }

  private static Rules rules(int versionCode) {
    return versionCode == 0
        ? Rules.newest()
        : Rules.kernel((versionCode >>> 16) + "." + (versionCode >>> 8 & 0xff));
  }

  private static VerifierException refusal(
      Candidate candidate, FindingText text, VerifierResult.Refused refused, Rules rules) {
    var finding = refused.first();
    var program = candidate.program().program();
    var type = program.type().map(t -> " (" + t.label() + ")").orElse("");
    int errno = errno(finding);
    var missing = candidate.program().poisoned().get(finding.instruction());
    var explanation = text.explain(finding);
    var message = new StringBuilder(missing == null ? finding.message() : missing);
    if (!finding.missing().isEmpty()) {
      message.append("\n  missing: ").append(finding.missing());
    }
    explanation.mend().ifPresent(mend -> message.append("\n  try: ").append(mend));
    explanation.lines().forEach(line -> message.append("\n  ").append(line));
    message
        .append("\n  in program '")
        .append(program.name())
        .append("'")
        .append(type)
        .append(", rejected with ")
        .append(Errno.name(errno))
        .append(" by the rules of Linux ")
        .append(rules.label());
    return new VerifierException(
        program.name(),
        errno,
        explanation,
        message.toString(),
        text.log(finding, refused.effort(), rules.processedInstructions()));
  }

  /// The error number that a kernel usually gives for it.
  private static int errno(Finding finding) {
    return switch (finding.reason()) {
      case LIMIT -> finding.message().contains("too large") ? Errno.E2BIG : Errno.EINVAL;
      case MALFORMED, TYPES, REFERENCE, SECTION, RETURN, CALL -> Errno.EINVAL;
      case UNINITIALIZED,
          NO_POINTER,
          NULL,
          BOUNDS,
          ALIGNMENT,
          PERMISSION,
          POINTER_ARITHMETIC,
          FIELD,
          GAVE_UP ->
          Errno.EACCES;
    };
  }
}
