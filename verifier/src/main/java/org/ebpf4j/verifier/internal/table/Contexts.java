package org.ebpf4j.verifier.internal.table;

import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.rule.ContextTable;

/// The contexts of all types of programs.
public final class Contexts {
  private Contexts() {}

  /// The context of a program.
  public static ContextTable of(CheckedProgram program, Rules rules) {
    return ProgramContext.of(program, rules);
  }
}
