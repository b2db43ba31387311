package org.ebpf4j.verifier;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.call.KernelCalls;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.table.Contexts;
import org.ebpf4j.verifier.internal.table.LoadRules;
import org.ebpf4j.verifier.result.Finding;
import org.ebpf4j.verifier.result.VerifierResult;

/// Says whether a kernel would take a program: it walks through it path by path, as the kernel's
/// verifier does. Any thread may use it; what it says depends on its arguments alone.
public final class Verifier {
  private Verifier() {}

  /// Checks a program. A bad program is refused, and nothing is thrown for it. It ends after
  /// [Rules#processedInstructions()] at the latest.
  public static VerifierResult check(CheckedProgram program, Rules rules) {
    var refusal = LoadRules.refusal(program, rules);
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    return new Walk(program, rules, Contexts.of(program, rules), new KernelCalls(program, rules))
        .result();
  }

  private static VerifierResult refused(String message) {
    var finding =
        new Finding(
            0,
            Finding.Reason.TYPES,
            message,
            Optional.empty(),
            Optional.empty(),
            "",
            List.of(),
            "",
            "");
    return new VerifierResult.Refused(new VerifierResult.Effort(0, 0, 0, 0), List.of(finding));
  }
}
