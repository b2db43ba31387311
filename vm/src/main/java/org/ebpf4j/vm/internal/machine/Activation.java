package org.ebpf4j.vm.internal.machine;

import java.util.Arrays;
import org.ebpf4j.insn.Slot;
import org.jspecify.annotations.Nullable;

/// One function that the interpreter executes: what seldom changes, and what is handed on from one
/// stretch of instructions to the next.
///
/// Instructions are counted by their distance: `end` is where a stretch would end if all of it came
/// one after the other, and moves with each jump. As only jumps look at it, there are always as
/// many instructions left as the program has.
final class Activation {
  /// So many that no number of a register is out of bounds.
  static final int REGISTERS = 16;

  /// What [#pc] is once the function has returned.
  static final int RETURNED = -1;

  /// After so many instructions a stretch ends, so that HotSpot comes to use what it has compiled.
  private static final int STRETCH = 1 << 16;

  final Run run;

  /// The program: another one after a tail call.
  Code code;

  /// The registers at the begin of a stretch.
  long[] registers;

  /// The instruction that is next.
  int pc;

  /// What the function left in `R0`, once it has returned.
  long result;

  private int rounds;
  private int stretch;
  private boolean single;
  private long @Nullable [] one;
  private int shown;

  /// @param rounds how often it may go round with `may_goto`
  Activation(Run run, Code code, int pc, long[] registers, int rounds) {
    this.run = run;
    this.code = code;
    this.pc = pc;
    this.registers = registers;
    this.rounds = rounds;
  }

  /// Whether the next stretch is of one instruction: a listener is told of each, or few are left.
  boolean isSingle() {
    single = run.listener() != null || run.stepsLeft() <= code.size();
    return single;
  }

  /// The instructions of a stretch. One by itself has others around it that end the stretch.
  long[] slots() {
    if (!single) {
      return code.slots();
    }
    var slots = one;
    if (slots == null) {
      slots = new long[code.size()];
      Arrays.fill(slots, Code.STOP);
      one = slots;
    }
    Arrays.fill(slots, shown, Math.min(shown + 2, slots.length), Code.STOP);
    shown = pc;
    slots[pc] = code.slot(pc);
    if (Slot.isWide(slots[pc])) {
      slots[pc + 1] = code.slot(pc + 1);
    }
    return slots;
  }

  /// Begins to count.
  ///
  /// @return where the stretch ends
  int begin(int from) {
    if (single) {
      // Each jump is behind it.
      return Integer.MIN_VALUE / 2;
    }
    stretch = (int) Math.min(run.stepsLeft(), STRETCH + code.size());
    return from + stretch - code.size();
  }

  /// Counts what was executed since it began.
  void count(int at, int end) {
    if (!single) {
      int executed = stretch - (end - at + code.size());
      run.setStepsLeft(run.stepsLeft() - executed);
      code.use(executed);
    }
  }

  /// Goes on later, in another stretch.
  void stop(int next, long[] r) {
    pc = next;
    registers = r;
  }

  /// Whether the stretch goes on behind a call, before which was counted.
  boolean goesOn(int next, long[] r) {
    if (!single && run.stepsLeft() > code.size()) {
      return true;
    }
    stop(next, r);
    return false;
  }

  /// Returns from the function.
  void end(long value) {
    pc = RETURNED;
    result = value;
  }

  /// Goes on with another program, in the same frame.
  void enter(Code next, long[] r, int most) {
    code = next;
    rounds = most;
    one = null;
    shown = 0;
    stop(0, r);
  }

  /// Whether `may_goto` goes on.
  boolean goesRound() {
    return --rounds >= 0;
  }
}
