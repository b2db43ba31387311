package org.ebpf4j.verifier.internal.engine;

import java.util.BitSet;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Jump;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.verifier.internal.engine.CallRules.CallTraits;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Where paths through a program part and meet: which instructions a walk compares states at, and
/// which it has to note in its history.
final class Layout {
  /// Instructions at which states are compared.
  final BitSet prunePoints = new BitSet();

  /// Instructions that may be reached otherwise than from the one before.
  final BitSet jumpPoints = new BitSet();

  /// Instructions at which a state is kept whenever they are reached.
  final BitSet checkpoints = new BitSet();

  /// Calls of functions that call back.
  final BitSet callbackCalls = new BitSet();

  /// Next steps of iterators.
  final BitSet iteratorCalls = new BitSet();

  /// Subprograms after which packet pointers are not valid.
  final BitSet packetChanging = new BitSet();

  /// Subprograms that may throw an exception.
  final BitSet throwing = new BitSet();

  /// Subprograms that may sleep.
  final BitSet sleeping = new BitSet();

  private final Code code;
  private final CallRules calls;
  private final BitSet discovered = new BitSet();
  private final IntStack open = new IntStack();

  Layout(Code code, CallRules calls) {
    this.code = code;
    this.calls = calls;
    checkJumps();
    discover(0);
    if (code.exceptionCallback >= 0) {
      discover(code.start(code.exceptionCallback));
    }
    checkReached();
    spread(packetChanging);
    spread(sleeping);
    spread(throwing);
  }

  private static Refusal refused(String message) {
    return new Refusal(Reason.MALFORMED, -1, message);
  }

  /// No jump may leave its subprogram, and none may run into the next.
  private void checkJumps() {
    for (int s = 0; s < code.subprograms(); s++) {
      int last = -1;
      for (int i = code.start(s); i < code.end(s); i++) {
        var instruction = code.at(i);
        if (instruction == null) {
          continue;
        }
        last = i;
        long target = target(instruction, i);
        if (target < -1 || (target >= 0 && (target < code.start(s) || target >= code.end(s)))) {
          throw refused("jump out of range from insn " + i + " to " + target);
        }
      }
      var end = code.at(last);
      if (!(end instanceof Instruction.Exit
          || end instanceof Jump.Goto
          || end instanceof Jump.GotoLong
          || end instanceof Jump.GotoIndirect
          || (end instanceof Instruction.Call call && calls.traits(call).mayThrow()))) {
        throw refused("last insn is not an exit or jmp");
      }
    }
  }

  /// Where a jump goes; −1 for what is no jump with one target. Below −1 for one before the
  /// program.
  private static long target(Instruction instruction, int at) {
    long target =
        switch (instruction) {
          case Jump.Goto jump -> at + 1L + jump.offset();
          case Jump.GotoLong jump -> at + 1L + jump.offset();
          case Jump.MayGoto jump -> at + 1L + jump.offset();
          case Instruction.JumpIf jump -> at + 1L + jump.offset();
          default -> Long.MAX_VALUE;
        };
    return target == Long.MAX_VALUE ? -1 : target < 0 ? target - 1 : target;
  }

  private void discover(int first) {
    discovered.set(first);
    open.push(first);
    while (!open.isEmpty()) {
      visit(open.pop());
    }
  }

  private void reach(int from, int to) {
    if (to >= code.size()) {
      throw refused("jump out of range from insn " + from + " to " + to);
    }
    if (code.at(to) == null) {
      throw refused("jump into the middle of ldimm64 insn " + (to - 1));
    }
    if (!discovered.get(to)) {
      discovered.set(to);
      open.push(to);
    }
  }

  private void branch(int from, int to) {
    prunePoints.set(to);
    jumpPoints.set(to);
    reach(from, to);
  }

  private void visit(int at) {
    var instruction = code.at(at);
    if (instruction == null) {
      throw refused("jump into the middle of ldimm64 insn " + (at - 1));
    }
    int next = at + instruction.slots();
    switch (instruction) {
      case Instruction.Exit _ -> {}
      case Instruction.Call call -> visitCall(at, call);
      case Jump.Goto jump -> branch(at, at + 1 + jump.offset());
      case Jump.GotoLong jump -> branch(at, at + 1 + jump.offset());
      case Jump.MayGoto jump -> {
        prunePoints.set(at);
        checkpoints.set(at);
        reach(at, next);
        branch(at, at + 1 + jump.offset());
      }
      case Jump.GotoIndirect _ ->
          throw new Refusal(Reason.GAVE_UP, -1, "indirect jumps are not followed");
      case Instruction.JumpIf jump -> {
        prunePoints.set(at);
        reach(at, next);
        branch(at, at + 1 + jump.offset());
      }
      case Instruction.LoadImmediate64 load -> {
        if (load.pseudo() == Opcode.PSEUDO_FUNC) {
          prunePoints.set(next);
          jumpPoints.set(next);
          prunePoints.set(at);
          branch(at, at + 1 + load.low());
        }
        reach(at, next);
      }
      case Instruction.Unknown unknown -> throw refused(Code.unknown(unknown.slot()));
      case Instruction.Alu _,
          Instruction.Move _,
          Instruction.AddressSpaceCast _,
          Instruction.Negate _,
          Instruction.ByteSwap _,
          Instruction.LoadPacket _,
          Instruction.Load _,
          Instruction.StoreRegister _,
          Instruction.StoreImmediate _,
          Instruction.Atomic _ ->
          reach(at, next);
    }
  }

  private void visitCall(int at, Instruction.Call call) {
    if (call instanceof Instruction.Call.Subprogram(int offset)) {
      prunePoints.set(at);
      prunePoints.set(at + 1);
      jumpPoints.set(at + 1);
      branch(at, at + 1 + offset);
      reach(at, at + 1);
      return;
    }
    CallTraits traits = calls.traits(call);
    if (traits.callback()) {
      callbackCalls.set(at);
      checkpoints.set(at);
      prunePoints.set(at);
      jumpPoints.set(at);
    }
    if (traits.asyncCallback()) {
      prunePoints.set(at);
    }
    if (traits.iterator()) {
      iteratorCalls.set(at);
      prunePoints.set(at);
      checkpoints.set(at);
    }
    if (traits.changesPackets()) {
      packetChanging.set(code.subprogram(at));
    }
    if (traits.mayThrow()) {
      throwing.set(code.subprogram(at));
    }
    if (traits.sleeps()) {
      sleeping.set(code.subprogram(at));
    }
    prunePoints.set(at + 1);
    jumpPoints.set(at + 1);
    reach(at, at + 1);
  }

  private void checkReached() {
    for (int i = 0; i < code.size(); i++) {
      if (code.at(i) != null && !discovered.get(i)) {
        throw new Refusal(Reason.LIMIT, -1, "unreachable insn " + i);
      }
    }
  }

  /// What calls a subprogram that changes packets, or sleeps, does so, too.
  private void spread(BitSet property) {
    boolean changed = !property.isEmpty();
    while (changed) {
      changed = false;
      for (int i = 0; i < code.size(); i++) {
        int callee = code.callee(i);
        if (callee >= 0 && property.get(callee) && !property.get(code.subprogram(i))) {
          property.set(code.subprogram(i));
          changed = true;
        }
      }
    }
  }
}
