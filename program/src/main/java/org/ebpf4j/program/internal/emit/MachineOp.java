package org.ebpf4j.program.internal.emit;

import java.util.function.IntFunction;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Register;

/// An instruction before registers are chosen. Numbers to 10 are registers; others wait for one.
final class MachineOp {
  /// Makes the instruction once registers are known.
  interface Form {
    Instruction make(IntFunction<Register> registers);
  }

  /// The register that it writes, or −1.
  int written;

  int[] read;
  Form form;
  Reference reference = Reference.NONE;
  boolean isMove;
  boolean isCall;
  final int line;

  private static final int[] CALL = {0, 1, 2, 3, 4, 5};
  private static final int[] NOTHING = {};

  MachineOp(Form form, int written, int[] read, int line) {
    this.form = form;
    this.written = written;
    this.read = read;
    this.line = line;
  }

  /// The registers that do not keep what was in them.
  int[] destroyed() {
    return isCall ? CALL : written >= 0 ? new int[] {written} : NOTHING;
  }
}
