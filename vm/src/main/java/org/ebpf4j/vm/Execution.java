package org.ebpf4j.vm;

import java.util.Locale;
import org.ebpf4j.vm.internal.compiler.ProgramCompiler;
import org.ebpf4j.vm.internal.machine.Code;

/// Who executes the programs of a kernel. What comes of a run is the same, faults included. Runs
/// that are counted or followed step by step are always interpreted.
public enum Execution {
  /// The interpreter, and once a program has executed 20,000 instructions, the compiler. This is
  /// the usual one.
  BY_USE(20_000),

  /// The interpreter alone.
  INTERPRETED(Long.MAX_VALUE),

  /// The compiler from the first instruction on, but for programs of more than 30,000 instructions.
  COMPILED(0);

  private static final ProgramCompiler COMPILER = new ProgramCompiler();

  private final long after;

  Execution(long after) {
    this.after = after;
  }

  /// What the system property `ebpf4j.vm.execution` says, such as `compiled`, or else [#BY_USE].
  ///
  /// @throws IllegalArgumentException where it says none of them
  static Execution usual() {
    return valueOf(
        System.getProperty("ebpf4j.vm.execution", BY_USE.name()).toUpperCase(Locale.ROOT));
  }

  /// Has code executed so.
  void setUp(Code code) {
    if (this != INTERPRETED) {
      code.setCompiler(COMPILER, after);
    }
  }
}
