package org.ebpf4j.linux.profile;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.internal.sys.Perf;

/// The two programs that measure another one: one runs where it begins and one where it ends. They
/// meet in a per-CPU array with one entry, which consists of 64-bit words: who is being measured,
/// or 0; the runs that were measured; those that were not; then for each counter what it stood at,
/// and for each counter what it came to. Each of these is three words, as the kernel gives them
/// (`struct bpf_perf_event_value`): the count, and for how long it was wanted and did count.
///
/// Who is measured is the running thread's id plus 1. So a run in which another began on the same
/// CPU, be it in an interrupt or as the thread had to make way, is known at its end: then there is
/// nobody, or somebody else.
final class ProfileCode {
  private static final int MAP_LOOKUP_ELEM = 1;
  private static final int GET_CURRENT_PID_TGID = 14;
  private static final int PERF_EVENT_READ_VALUE = 55;

  /// The index of the CPU at hand, `BPF_F_CURRENT_CPU`, when it is zero-extended.
  private static final int CURRENT_CPU = -1;

  private static final int WORD = Long.BYTES;
  private static final int READING = 3 * WORD;
  private static final int MEASURED_THREAD = 0;

  private static final int MEASURED = WORD;
  private static final int UNMEASURED = 2 * WORD;
  private static final int READINGS = 3 * WORD;

  private final int map;
  private final int[] events;

  /// @param map the descriptor of the per-CPU array
  /// @param events for each counter, the descriptor of an array that has it for each CPU
  ProfileCode(int map, int[] events) {
    this.map = map;
    this.events = events;
  }

  /// How long a value of the per-CPU array is.
  static int valueSize(int counters) {
    return READINGS + 2 * counters * READING;
  }

  private static int start(int counter) {
    return READINGS + counter * READING;
  }

  private static int sum(int counter, int counters) {
    return start(counters + counter);
  }

  /// What stands in the entry of the per-CPU array.
  ///
  /// @param values the values of all CPUs
  /// @param missed runs that are not in there
  static ProgramProfile profile(MemorySegment values, List<Counter> counters, long missed) {
    long measured = 0;
    var unmeasured = missed;
    var sums = new long[counters.size()][3];
    for (long at = 0; at < values.byteSize(); at += valueSize(sums.length)) {
      measured += values.get(ValueLayout.JAVA_LONG, at + MEASURED);
      unmeasured += values.get(ValueLayout.JAVA_LONG, at + UNMEASURED);
      for (int i = 0; i < sums.length; i++) {
        for (int word = 0; word < 3; word++) {
          sums[i][word] +=
              values.get(ValueLayout.JAVA_LONG, at + sum(i, sums.length) + (long) word * WORD);
        }
      }
    }
    var counts = Arrays.stream(sums).map(s -> new Perf.Count(s[0], s[1], s[2])).toList();
    return PerfCounters.profile(measured + unmeasured, unmeasured, counters, counts);
  }

  /// Notes what the counters stand at.
  Instructions entry() {
    var body = new ArrayList<Instruction>();
    body.add(move(Register.R6, Register.R0));
    body.add(new Instruction.StoreImmediate(Size.U64, Register.R6, MEASURED_THREAD, 0));
    addThread(body);
    body.add(move(Register.R8, Register.R0));
    body.add(move(Register.R7, new Immediate(0)));
    for (int i = 0; i < events.length; i++) {
      addReading(body, i, Register.R6, start(i));
    }
    body.add(skipIf(Condition.NE, Register.R7, new Immediate(0), 1));
    body.add(store(MEASURED_THREAD, Register.R8));
    var code = new ArrayList<Instruction>();
    addEntryOfMap(code, body);
    return finished(code);
  }

  /// Adds up what the counters came to since then. They are read first, so that they count little
  /// of this.
  Instructions exit() {
    var add = new ArrayList<Instruction>();
    for (int i = 0; i < events.length; i++) {
      for (int word = 0; word < READING; word += WORD) {
        add.add(load(Register.R1, Register.R10, onStack(i) + word));
        add.add(load(Register.R2, Register.R6, start(i) + word));
        add.add(alu(AluOperation.SUB, Register.R1, Register.R2));
        addTo(add, sum(i, events.length) + word, Register.R1);
      }
    }
    addTo(add, MEASURED, new Immediate(1));
    var miss = new ArrayList<Instruction>();
    addTo(miss, UNMEASURED, new Immediate(1));
    add.add(new Instruction.Jump.Goto(slots(miss)));

    var body = new ArrayList<Instruction>();
    body.add(move(Register.R6, Register.R0));
    addThread(body);
    body.add(load(Register.R1, Register.R6, MEASURED_THREAD));
    body.add(skipIf(Condition.NE, Register.R1, Register.R0, 2 + slots(add)));
    body.add(new Instruction.StoreImmediate(Size.U64, Register.R6, MEASURED_THREAD, 0));
    body.add(skipIf(Condition.NE, Register.R7, new Immediate(0), slots(add)));
    body.addAll(add);
    body.addAll(miss);

    var code = new ArrayList<Instruction>();
    code.add(move(Register.R7, new Immediate(0)));
    for (int i = 0; i < events.length; i++) {
      addReading(code, i, Register.R10, onStack(i));
    }
    addEntryOfMap(code, body);
    return finished(code);
  }

  private int onStack(int counter) {
    return (counter - events.length) * READING;
  }

  /// `body` with the entry in R0, where there is one.
  private void addEntryOfMap(List<Instruction> code, List<Instruction> body) {
    var key = onStack(0) - WORD;
    code.add(new Instruction.StoreImmediate(Size.U32, Register.R10, key, 0));
    code.add(loadMap(map));
    code.add(move(Register.R2, Register.R10));
    code.add(alu(AluOperation.ADD, Register.R2, new Immediate(key)));
    code.add(new Instruction.Call.Helper(MAP_LOOKUP_ELEM));
    code.add(skipIf(Condition.EQ, Register.R0, new Immediate(0), slots(body)));
    code.addAll(body);
  }

  /// The running thread's id plus 1 in R0.
  private static void addThread(List<Instruction> code) {
    code.add(new Instruction.Call.Helper(GET_CURRENT_PID_TGID));
    code.add(alu(AluOperation.ADD, Register.R0, new Immediate(1)));
  }

  /// Reads a counter of this CPU; in R7 stays that it could not be read.
  private void addReading(List<Instruction> code, int counter, Register base, int offset) {
    code.add(loadMap(events[counter]));
    code.add(new Instruction.Move(Width.W32, Register.R2, new Immediate(CURRENT_CPU)));
    code.add(move(Register.R3, base));
    code.add(alu(AluOperation.ADD, Register.R3, new Immediate(offset)));
    code.add(move(Register.R4, new Immediate(READING)));
    code.add(new Instruction.Call.Helper(PERF_EVENT_READ_VALUE));
    code.add(alu(AluOperation.OR, Register.R7, Register.R0));
  }

  private static void addTo(List<Instruction> code, int offset, Operand value) {
    code.add(load(Register.R2, Register.R6, offset));
    code.add(alu(AluOperation.ADD, Register.R2, value));
    code.add(store(offset, Register.R2));
  }

  private static Instructions finished(List<Instruction> code) {
    code.add(move(Register.R0, new Immediate(0)));
    code.add(new Instruction.Exit());
    return Instructions.assemble(code);
  }

  private static int slots(List<Instruction> code) {
    return code.stream().mapToInt(Instruction::slots).sum();
  }

  private static Instruction loadMap(int fd) {
    return new Instruction.LoadImmediate64(Register.R1, Opcode.PSEUDO_MAP_FD, fd);
  }

  private static Instruction move(Register to, Operand value) {
    return new Instruction.Move(Width.W64, to, value);
  }

  private static Instruction alu(AluOperation operation, Register register, Operand value) {
    return new Instruction.Alu(operation, Width.W64, register, value);
  }

  private static Instruction load(Register to, Register base, int offset) {
    return new Instruction.Load(Size.U64, to, base, offset);
  }

  private static Instruction store(int offset, Register value) {
    return new Instruction.StoreRegister(Size.U64, Register.R6, offset, value);
  }

  private static Instruction skipIf(Condition condition, Register left, Operand right, int slots) {
    return new Instruction.JumpIf(condition, Width.W64, left, right, slots);
  }
}
