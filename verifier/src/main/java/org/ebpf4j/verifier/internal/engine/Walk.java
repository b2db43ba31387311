package org.ebpf4j.verifier.internal.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Register;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.rule.ContextTable;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.result.Facts;
import org.ebpf4j.verifier.result.Finding;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.ebpf4j.verifier.result.VerifierResult;

/// One walk through a program: path by path, with what is known of registers and stack at each
/// instruction.
public final class Walk {
  private static final int FRAME_POINTER = 10;

  private final CheckedProgram program;
  private final Rules rules;
  private final ContextTable context;
  private final CallRules calls;
  private final AluCheck alu = new AluCheck(this);
  private final boolean arena;
  private State state;
  private int at;
  private long processed;
  private int ids;

  public Walk(CheckedProgram program, Rules rules, ContextTable context, CallRules calls) {
    this.program = program;
    this.rules = rules;
    this.context = context;
    this.calls = calls;
    arena = program.maps().values().stream().anyMatch(use -> use.map().type() == 33);
    state = new State(rules.frames());
    state.frames[0] = new Frame(-1, 0, 0);
    state.current().regs[1].markPointer(RegisterKind.CONTEXT);
  }

  /// Walks, and says what came of it.
  public VerifierResult result() {
    try {
      run();
      return new VerifierResult.Accepted(
          effort(), new Facts(Map.of(), new boolean[program.instructions().size()]));
    } catch (Refusal refusal) {
      return new VerifierResult.Refused(effort(), List.of(finding(refusal)));
    }
  }

  private VerifierResult.Effort effort() {
    return new VerifierResult.Effort(processed, 0, 0, 0);
  }

  private Finding finding(Refusal refusal) {
    int number = refusal.register();
    return new Finding(
        at,
        refusal.reason(),
        refusal.message(),
        program.lines().stream().filter(l -> l.slot() <= at).reduce((a, b) -> b),
        number < 0 ? Optional.empty() : Optional.of(Register.of(number)),
        number < 0 ? "" : RegisterText.full(reg(number)),
        List.of(),
        refusal.missing(),
        refusal.mend());
  }

  private void run() {
    while (true) {
      if (at >= program.instructions().size()) {
        throw new Refusal(Reason.MALFORMED, -1, "invalid insn idx " + at);
      }
      if (++processed > rules.processedInstructions()) {
        throw new Refusal(
            Reason.LIMIT, -1, "BPF program is too large. Processed " + processed + " insn");
      }
      var instruction = program.instructions().at(at);
      switch (instruction) {
        case Instruction.Alu one -> alu.alu(one);
        case Instruction.Move one -> alu.move(one);
        case Instruction.Negate one -> alu.negate(one);
        case Instruction.ByteSwap one -> alu.swap(one);
        case Instruction.AddressSpaceCast one -> alu.cast(one);
        case Instruction.Call.Helper one -> calls.helper(this, one);
        case Instruction.Call.Kfunc one -> calls.kfunc(this, one);
        case Instruction.Exit _ -> {
          requireSet(0);
          return;
        }
        case Instruction.LoadImmediate64 _,
            Instruction.LoadPacket _,
            Instruction.Load _,
            Instruction.StoreRegister _,
            Instruction.StoreImmediate _,
            Instruction.Atomic _,
            Instruction.Jump _,
            Instruction.JumpIf _,
            Instruction.Call.Subprogram _ ->
            throw new Refusal(Reason.GAVE_UP, -1, "this instruction is not followed yet");
        case Instruction.Unknown one ->
            throw new Refusal(
                Reason.MALFORMED, -1, "unknown opcode %02x".formatted(one.slot() & 0xff));
      }
      at += instruction.slots();
    }
  }

  /// What is known where the walk is; it changes in place.
  public State state() {
    return state;
  }

  public CheckedProgram program() {
    return program;
  }

  public Rules rules() {
    return rules;
  }

  public ContextTable context() {
    return context;
  }

  /// The instruction that the walk is at.
  public int at() {
    return at;
  }

  /// A register of the frame that runs.
  public Reg reg(int number) {
    return state.current().regs[number];
  }

  /// A number that tells what is known apart, such as pointers that are compared with null.
  public int newId() {
    return ++ids;
  }

  /// Whether the program has an arena.
  public boolean hasArena() {
    return arena;
  }

  /// Gives a number an id before it is copied, so that what is learned of one is known of both.
  void link(Reg reg) {
    if (reg.isScalar() && (!reg.isConstant() || rules.atLeast(6, 18) && false)) {
      if (reg.linkedByDelta) {
        reg.unlink();
      }
      if (reg.id == 0) {
        reg.id = newId();
      }
    }
  }

  /// Where bounds contradict each other, forgets them.
  void repairBounds(Reg reg) {
    if (reg.isScalar() && reg.isContradictory()) {
      reg.unbound();
    }
  }

  /// Says that the value of a register matters, on the whole path that led to it.
  public void markPrecise(int register) {
    if (register < 0) {
      throw new IllegalArgumentException("register " + register);
    }
  }

  void forkSignMask(Instruction.Alu instruction, Reg reg) {
    if (instruction == null || reg == null) {
      throw new IllegalArgumentException();
    }
  }

  /// A register has to hold something.
  public void requireSet(int register) {
    if (reg(register).kind == RegisterKind.UNSET) {
      throw new Refusal(
          Reason.UNINITIALIZED,
          register,
          "R" + register + " !read_ok",
          "a value in the register on this path",
          "set the variable on every path, and do not use registers r1 to r5 after a call");
    }
  }

  /// A register must not be the frame pointer.
  void requireWritable(int register) {
    if (register == FRAME_POINTER) {
      throw new Refusal(Reason.PERMISSION, register, "frame pointer is read only");
    }
  }
}
