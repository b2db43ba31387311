package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.verifier.internal.state.History;

/// Goes back over one instruction: where the values of what is wanted after it came from is wanted
/// before it.
final class Backtrack {
  private static final int ARGUMENTS = 0x3e;
  private static final int FRAME_POINTER = 10;

  private final Walk walk;
  private final Code code;
  private final Wanted wanted;

  Backtrack(Walk walk, Code code, Wanted wanted) {
    this.walk = walk;
    this.code = code;
    this.wanted = wanted;
  }

  /// Goes back over an instruction.
  ///
  /// @param at the instruction
  /// @param following the one that the walk went to after it, or −1
  /// @param history the history of the state that it belongs to
  /// @param entry what the history has of it, or −1
  /// @return false where it cannot be said
  boolean step(int at, int following, History history, int entry) {
    var instruction = code.at(at);
    if (instruction == null) {
      return true;
    }
    if (entry >= 0) {
      wanted.addLinked(history.linked(entry));
    }
    int flags = entry < 0 ? 0 : history.flags(entry);
    boolean known = over(instruction, at, following, flags);
    if (known && entry >= 0) {
      wanted.addLinked(history.linked(entry));
    }
    return known;
  }

  private boolean over(Instruction instruction, int at, int following, int flags) {
    switch (instruction) {
      case Instruction.Alu one -> {
        if (wanted.has(one.dst().number())) {
          want(one.source());
        }
        return true;
      }
      case Instruction.Move one -> {
        int target = one.dst().number();
        if (wanted.has(target)) {
          wanted.remove(target);
          want(one.source());
        }
        return true;
      }
      case Instruction.AddressSpaceCast one -> {
        int target = one.dst().number();
        if (wanted.has(target)) {
          wanted.remove(target);
          want(one.src());
        }
        return true;
      }
      case Instruction.Negate _, Instruction.ByteSwap _, Instruction.Unknown _ -> {
        return true;
      }
      case Instruction.LoadImmediate64 one -> {
        wanted.remove(one.dst().number());
        return true;
      }
      case Instruction.Load one -> {
        load(one.dst().number(), flags);
        return true;
      }
      case Instruction.Atomic one -> {
        return atomic(one, flags);
      }
      case Instruction.StoreRegister one -> {
        return store(one.base().number(), one.source().number(), flags);
      }
      case Instruction.StoreImmediate one -> {
        return store(one.base().number(), -1, flags);
      }
      case Instruction.JumpIf one -> {
        if (one.right() instanceof Register right
            && (wanted.has(one.left().number()) || wanted.has(right.number()))) {
          if ((flags & History.RIGHT_STACK) == 0) {
            wanted.add(right.number());
          }
          if ((flags & History.LEFT_STACK) == 0) {
            wanted.add(one.left().number());
          }
        }
        return true;
      }
      case Instruction.Jump _ -> {
        return true;
      }
      case Call call -> {
        return call(call, at, following);
      }
      case Instruction.Exit _ -> {
        return exit(following);
      }
      case Instruction.LoadPacket _ -> {
        return !wanted.has(0) && (following == at + 1 || wanted.enter());
      }
    }
  }

  private void want(Operand operand) {
    if (operand instanceof Register register && register.number() != FRAME_POINTER) {
      wanted.add(register.number());
    }
  }

  private void load(int target, int flags) {
    if (wanted.has(target)) {
      wanted.remove(target);
      if ((flags & History.STACK_ACCESS) != 0) {
        wanted.addSlot(History.frame(flags), History.slot(flags));
      }
    }
  }

  private boolean atomic(Instruction.Atomic one, int flags) {
    AtomicOperation operation = one.operation();
    return switch (operation) {
      case LOAD_ACQUIRE, FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG -> {
        load(one.register().number(), flags);
        yield true;
      }
      case CMPXCHG -> {
        load(0, flags);
        yield true;
      }
      case ADD, OR, AND, XOR, STORE_RELEASE ->
          store(one.base().number(), one.register().number(), flags);
    };
  }

  private boolean store(int base, int source, int flags) {
    if (wanted.has(base)) {
      // A number was made of a pointer: nobody knows where it came from.
      return false;
    }
    if ((flags & History.STACK_ACCESS) != 0
        && wanted.hasSlot(History.frame(flags), History.slot(flags))) {
      wanted.removeSlot(History.frame(flags), History.slot(flags));
      if (source >= 0) {
        wanted.add(source);
      }
    }
    return true;
  }

  private boolean call(Call call, int at, int following) {
    int registers = wanted.registers(wanted.frame);
    if (call instanceof Call.Subprogram(int offset)) {
      int target = at + 1 + offset;
      if (walk.isGlobal(code.subprogram(target)) && following == at + 1) {
        wanted.remove(0);
        return (registers & ARGUMENTS) == 0;
      }
      // The beginning of the function: what is left are its arguments.
      if ((registers & ~ARGUMENTS) != 0 || wanted.slots(wanted.frame) != 0) {
        return false;
      }
      int callee = wanted.frame;
      if (!wanted.leave()) {
        return false;
      }
      for (int i = 1; i <= 5; i++) {
        if ((registers & 1 << i) != 0) {
          wanted.removeRegister(callee, i);
          wanted.add(i);
        }
      }
      return true;
    }
    if (walk.callsBack(at) && following != at + 1) {
      // The beginning of a callback, whose arguments are the kernel's.
      if ((registers & ~ARGUMENTS) != 0 || wanted.slots(wanted.frame) != 0) {
        return false;
      }
      for (int i = 1; i <= 5; i++) {
        wanted.remove(i);
      }
      return wanted.leave();
    }
    wanted.remove(0);
    return (wanted.registers(wanted.frame) & ARGUMENTS) == 0;
  }

  private boolean exit(int following) {
    boolean called = following > 0 && code.at(following - 1) instanceof Call.Subprogram;
    boolean result = called && wanted.has(0);
    if (called && (wanted.registers(wanted.frame) & ARGUMENTS) != 0) {
      return false;
    }
    wanted.remove(0);
    if (!wanted.enter()) {
      return false;
    }
    if (result) {
      wanted.add(0);
    }
    return true;
  }
}
