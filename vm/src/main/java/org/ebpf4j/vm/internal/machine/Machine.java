package org.ebpf4j.vm.internal.machine;

/// Where runs of programs begin.
public final class Machine {
  private Machine() {}

  /// Runs a program from its first instruction until it exits.
  ///
  /// @param context what is in `R1`
  /// @return what it left in `R0`
  /// @throws Fault where an instruction cannot be executed
  public static long run(Run run, Code code, long context) {
    run.begin();
    try {
      return Interpreter.execute(run, code, 0, context, 0, 0, 0, 0);
    } catch (ThrownException thrown) {
      var handler = thrown.code().exceptionCallback();
      return handler == 0
          ? thrown.cookie()
          : Interpreter.execute(run, thrown.code(), handler, thrown.cookie(), 0, 0, 0, 0);
    }
  }
}
