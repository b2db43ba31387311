package org.ebpf4j.verifier;

import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.call.KernelCalls;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.table.Contexts;
import org.ebpf4j.verifier.result.VerifierResult;

/// Says whether a kernel would take a program: it walks through it path by path, as the kernel's
/// verifier does. Any thread may use it; what it says depends on its arguments alone.
public final class Verifier {
  private Verifier() {}

  /// Checks a program. A bad program is refused, and nothing is thrown for it. It ends after
  /// [Rules#processedInstructions()] at the latest.
  public static VerifierResult check(CheckedProgram program, Rules rules) {
    return new Walk(program, rules, Contexts.of(program, rules), new KernelCalls()).result();
  }
}
