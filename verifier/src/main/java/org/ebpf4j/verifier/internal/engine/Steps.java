package org.ebpf4j.verifier.internal.engine;

import java.util.BitSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Instruction.Jump;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.result.Facts;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Follows instructions, from path to path: first through the program itself, then through each
/// global function that it calls.
final class Steps {
  private final Walk walk;
  private final Prepared prepared;
  private final Code code;
  private final Layout layout;
  private final AluCheck alu;
  private final Branches branches;
  private final MemoryCheck memory;
  private final AtomicCheck atomics;
  private final Constants constants;
  private final Subprograms subprograms;
  private final ExitCheck exits;
  private final FactCollector facts;

  Steps(Walk walk, Prepared prepared) {
    this.walk = walk;
    this.prepared = prepared;
    code = prepared.code();
    layout = prepared.layout();
    alu = new AluCheck(walk);
    branches = new Branches(walk);
    memory = prepared.memory();
    atomics = new AtomicCheck(walk, memory);
    constants = new Constants(walk);
    subprograms = prepared.subprograms();
    exits = new ExitCheck(walk);
    facts = new FactCollector(code, prepared.registers());
  }

  /// Walks through all of the program.
  Facts run() {
    new Exceptions(walk, code, prepared.globals()).check();
    boolean sleepable = walk.program().sleepable();
    walk(0, sleepable);
    if (code.exceptionCallback >= 0) {
      subprograms.demand(code.exceptionCallback, sleepable);
    }
    var done = List.of(new BitSet(), new BitSet());
    boolean more = true;
    while (more) {
      more = next(done.get(0), false) || next(done.get(1), true);
    }
    new StackDepth(
            code,
            prepared.depths(),
            subprograms.later(),
            walk.rules().stackBytes(),
            walk.rules().frames(),
            hasPrivateStacks())
        .check();
    return facts.result();
  }

  /// Whether no program of the kind interrupts itself, so that its subprograms can have stacks of
  /// their own (`bpf_enable_priv_stack`).
  private boolean hasPrivateStacks() {
    var attach = walk.program().attachType();
    return walk.rules().atLeast(6, 13)
        && switch (walk.program().type()) {
          case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT -> true;
          case TRACING -> attach.filter(a -> a == AttachType.TRACE_ITER).isEmpty();
          case LSM -> attach.filter(a -> a == AttachType.LSM_CGROUP).isEmpty();
          default -> false;
        };
  }

  /// Walks through the next global function that was called; false where there is none.
  private boolean next(BitSet done, boolean sleepable) {
    var called = subprograms.called(sleepable);
    for (int i = called.nextSetBit(0); i >= 0; i = called.nextSetBit(i + 1)) {
      if (!done.get(i)) {
        done.set(i);
        prepared.restart();
        walk(i, sleepable);
        return true;
      }
    }
    return false;
  }

  private void walk(int subprogram, boolean sleepable) {
    var state = new State(walk.rules().frames());
    var frame = new Frame(-1, 0, subprogram);
    state.frames[0] = frame;
    state.inSleepable = sleepable;
    walk.start(state, code.start(subprogram));
    if (subprogram == 0) {
      frame.regs[1].markPointer(RegisterKind.CONTEXT);
    } else {
      frame.inExceptionCallback = subprogram == code.exceptionCallback;
      subprograms.describeArguments(subprogram, frame);
    }
    boolean going = true;
    while (going) {
      walk.count();
      int at = walk.at();
      if (layout.prunePoints.get(at) && prepared.visited().covers(at)) {
        going = walk.next();
        continue;
      }
      if (layout.jumpPoints.get(at)) {
        walk.note(0);
      }
      var instruction = code.at(at);
      if (instruction == null) {
        throw new Refusal(Reason.MALFORMED, -1, "invalid insn idx " + at);
      }
      facts.note(walk.state(), at, instruction);
      going = follow(instruction, at);
    }
  }

  /// Follows one instruction; false where all paths are done.
  private boolean follow(Instruction instruction, int at) {
    int next = at + instruction.slots();
    switch (instruction) {
      case Instruction.Alu one -> alu.alu(one);
      case Instruction.Move one -> alu.move(one);
      case Instruction.Negate one -> alu.negate(one);
      case Instruction.ByteSwap one -> alu.swap(one);
      case Instruction.AddressSpaceCast one -> alu.cast(one);
      case Instruction.Load one -> memory.load(one);
      case Instruction.StoreRegister one -> {
        memory.store(one);
        walk.stored();
      }
      case Instruction.StoreImmediate one -> {
        memory.store(one);
        walk.stored();
      }
      case Instruction.Atomic one -> atomics.check(one);
      case Instruction.LoadImmediate64 one -> constants.load(one, at);
      case Instruction.LoadPacket one -> constants.packet(one, exits);
      case Instruction.JumpIf one -> {
        walk.jumped();
        next += branches.jump(one);
      }
      case Jump.Goto one -> {
        walk.jumped();
        next += one.offset();
      }
      case Jump.GotoLong one -> {
        walk.jumped();
        next += one.offset();
      }
      case Jump.MayGoto one -> {
        walk.jumped();
        mayGoto(at);
        next += one.offset();
      }
      case Jump.GotoIndirect _ ->
          throw new Refusal(Reason.GAVE_UP, -1, "indirect jumps are not followed");
      case Call.Helper one -> {
        walk.jumped();
        walk.calls().helper(walk, one);
      }
      case Call.Kfunc one -> {
        walk.jumped();
        walk.calls().kfunc(walk, one);
        if (walk.calls().traits(one).mayThrow()) {
          exits.held(true);
          return walk.next();
        }
      }
      case Call.Subprogram one -> {
        walk.jumped();
        next = subprograms.call(at + 1 + one.offset());
      }
      case Instruction.Exit _ -> {
        walk.jumped();
        exits.held(false);
        if (walk.state().depth == 0) {
          exits.result(0);
          return walk.next();
        }
        next = subprograms.leave();
      }
      case Instruction.Unknown one ->
          throw new Refusal(Reason.MALFORMED, -1, Code.unknown(one.slot()));
    }
    walk.advance(next);
    return true;
  }

  /// Both ways wait: through, with one turn more, and out of the loop.
  private void mayGoto(int at) {
    var before = Widening.previous(walk.state(), at);
    var through = walk.push(at + 1);
    through.mayGotoDepth++;
    if (before != null) {
      Widening.widen(before, through);
    }
  }
}
