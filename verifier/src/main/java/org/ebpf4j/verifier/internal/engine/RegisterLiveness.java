package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Jump;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.verifier.internal.engine.CallRules.CallTraits;
import org.jspecify.annotations.Nullable;

/// Which registers are read before they are written again, at each instruction: a set of bits.
/// Computed once for all paths of a subprogram.
final class RegisterLiveness {
  private static final int CALLER_SAVED = 0x3f;
  private static final int ARGUMENTS = 0x3e;

  private final Code code;
  private final CallRules calls;
  private final int[] before;

  RegisterLiveness(Code code, CallRules calls) {
    this.code = code;
    this.calls = calls;
    before = new int[code.size()];
    compute();
  }

  /// The registers that are live before an instruction.
  int before(int slot) {
    return before[slot];
  }

  private void compute() {
    var predecessors = predecessors();
    var queue = new ArrayDeque<Integer>();
    var queued = new boolean[code.size()];
    for (int i = 0; i < code.size(); i++) {
      if (code.at(i) != null) {
        queue.push(i);
        queued[i] = true;
      }
    }
    while (!queue.isEmpty()) {
      int at = queue.pop();
      queued[at] = false;
      var instruction = code.at(at);
      if (instruction == null) {
        continue;
      }
      int after = 0;
      for (int next : successors(at, instruction)) {
        after |= next < before.length ? before[next] : 0;
      }
      int now = (after & ~written(instruction)) | read(instruction);
      if (now != before[at]) {
        before[at] = now;
        for (int one : predecessors.get(at)) {
          if (!queued[one]) {
            queued[one] = true;
            queue.push(one);
          }
        }
      }
    }
  }

  private List<List<Integer>> predecessors() {
    var result = new ArrayList<List<Integer>>(code.size());
    for (int i = 0; i < code.size(); i++) {
      result.add(new ArrayList<>(2));
    }
    for (int i = 0; i < code.size(); i++) {
      var instruction = code.at(i);
      if (instruction != null) {
        for (int next : successors(i, instruction)) {
          if (next < code.size()) {
            result.get(next).add(i);
          }
        }
      }
    }
    return result;
  }

  static int[] successors(int at, Instruction instruction) {
    int next = at + instruction.slots();
    return switch (instruction) {
      case Instruction.Exit _, Jump.GotoIndirect _ -> new int[0];
      case Jump.Goto jump -> new int[] {at + 1 + jump.offset()};
      case Jump.GotoLong jump -> new int[] {at + 1 + jump.offset()};
      case Jump.MayGoto jump -> new int[] {next, at + 1 + jump.offset()};
      case Instruction.JumpIf jump -> new int[] {next, at + 1 + jump.offset()};
      case Instruction.Alu _,
          Instruction.Move _,
          Instruction.AddressSpaceCast _,
          Instruction.Negate _,
          Instruction.ByteSwap _,
          Instruction.LoadImmediate64 _,
          Instruction.LoadPacket _,
          Instruction.Load _,
          Instruction.StoreRegister _,
          Instruction.StoreImmediate _,
          Instruction.Atomic _,
          Instruction.Call _,
          Instruction.Unknown _ ->
          new int[] {next};
    };
  }

  private static int bit(Register register) {
    return 1 << register.number();
  }

  private static int bit(Operand operand) {
    return operand instanceof Register register ? bit(register) : 0;
  }

  /// The registers that an instruction reads.
  int read(@Nullable Instruction instruction) {
    return switch (instruction) {
      case null -> 0;
      case Instruction.Alu one -> bit(one.dst()) | bit(one.source());
      case Instruction.Move one -> bit(one.source());
      case Instruction.AddressSpaceCast one -> bit(one.src());
      case Instruction.Negate one -> bit(one.dst());
      case Instruction.ByteSwap one -> bit(one.dst());
      case Instruction.LoadImmediate64 _ -> 0;
      case Instruction.LoadPacket.Absolute _ -> bit(Register.R6);
      case Instruction.LoadPacket.Indirect one -> bit(Register.R6) | bit(one.index());
      case Instruction.Load one -> bit(one.base());
      case Instruction.StoreRegister one -> bit(one.base()) | bit(one.source());
      case Instruction.StoreImmediate one -> bit(one.base());
      case Instruction.Atomic one -> atomicRead(one);
      case Jump.GotoIndirect one -> bit(one.target());
      case Jump _ -> 0;
      case Instruction.JumpIf one -> bit(one.left()) | bit(one.right());
      case Instruction.Call.Subprogram _ -> ARGUMENTS;
      case Instruction.Call call -> {
        CallTraits traits = calls.traits(call);
        yield ((1 << (traits.arguments() + 1)) - 2) & ARGUMENTS;
      }
      case Instruction.Exit _ -> bit(Register.R0);
      case Instruction.Unknown _ -> 0;
    };
  }

  private static int atomicRead(Instruction.Atomic one) {
    int base = bit(one.base());
    return switch (one.operation()) {
      case LOAD_ACQUIRE -> base;
      case CMPXCHG -> base | bit(one.register()) | bit(Register.R0);
      case ADD, OR, AND, XOR, FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG, STORE_RELEASE ->
          base | bit(one.register());
    };
  }

  private static int written(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu one -> bit(one.dst());
      case Instruction.Move one -> bit(one.dst());
      case Instruction.AddressSpaceCast one -> bit(one.dst());
      case Instruction.Negate one -> bit(one.dst());
      case Instruction.ByteSwap one -> bit(one.dst());
      case Instruction.LoadImmediate64 one -> bit(one.dst());
      case Instruction.LoadPacket _ -> CALLER_SAVED;
      case Instruction.Load one -> bit(one.dst());
      case Instruction.Atomic one -> atomicWritten(one);
      case Instruction.Call _ -> CALLER_SAVED;
      case Instruction.StoreRegister _,
          Instruction.StoreImmediate _,
          Jump _,
          Instruction.JumpIf _,
          Instruction.Exit _,
          Instruction.Unknown _ ->
          0;
    };
  }

  private static int atomicWritten(Instruction.Atomic one) {
    AtomicOperation operation = one.operation();
    return switch (operation) {
      case CMPXCHG -> bit(Register.R0);
      case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG, LOAD_ACQUIRE -> bit(one.register());
      case ADD, OR, AND, XOR, STORE_RELEASE -> 0;
    };
  }
}
