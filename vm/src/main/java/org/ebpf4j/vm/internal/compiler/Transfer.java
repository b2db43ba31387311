package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import java.util.BitSet;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Run;

/// What an instruction does to what is known.
final class Transfer {
  private final Code code;
  private final Regions regions;
  private final BitSet distrusted;
  private final Slots slots;

  Transfer(Code code, Regions regions, BitSet distrusted, Slots slots) {
    this.code = code;
    this.slots = slots;
    this.regions = regions;
    this.distrusted = distrusted;
  }

  /// The numbers on the stack that are variables.
  Slots slots() {
    return slots;
  }

  /// The same with other numbers on the stack as variables.
  Transfer with(Slots others) {
    return new Transfer(code, regions, distrusted, others);
  }

  /// Whether it may be taken for granted that what an instruction adds has 32 bits.
  boolean isTrusted(int slot) {
    return !distrusted.get(slot);
  }

  /// Changes a state as an instruction does, other than by where it jumps.
  void apply(State state, int slot) {
    long s = code.slot(slot);
    int opcode = Slot.opcode(s);
    if (slots.isOne(s)) {
      slot(state, slot, s);
      return;
    }
    switch (opcode & CLASS_MASK) {
      case ALU, ALU64 -> arithmetic(state, slot, s, opcode);
      case LDX -> {
        var loaded = loaded(state, s);
        access(state, s, Slot.src(s));
        define(state, slot, Slot.dst(s), loaded);
      }
      case ST -> access(state, s, Slot.dst(s));
      case STX -> {
        if ((opcode & MODE_MASK) == ATOMIC) {
          atomic(state, slot, s);
        } else {
          access(state, s, Slot.dst(s));
        }
      }
      case LD -> {
        if (opcode == LD_IMM64) {
          define(state, slot, Slot.dst(s), regions.value(slot));
        } else {
          define(state, slot, 0, Value.between(0, Value.U32));
        }
      }
      default -> {
        if (opcode == CALL) {
          define(state, slot, 0, Value.ANY);
        }
      }
    }
  }

  /// Loads or stores a number that is a variable.
  private void slot(State state, int slot, long s) {
    int variable = slots.variable(s);
    int size = Arithmetic.bytes(s);
    if ((Slot.opcode(s) & CLASS_MASK) == LDX) {
      if (size == Long.BYTES || (Slot.opcode(s) & MODE_MASK) != MEMSX) {
        state.copy(Slot.dst(s), variable, slot + 1);
      } else {
        define(state, slot, Slot.dst(s), Arithmetic.signed(state.get(variable), size * Byte.SIZE));
      }
    } else if ((Slot.opcode(s) & CLASS_MASK) == STX && size == Long.BYTES) {
      state.copy(variable, Slot.src(s), slot + 1);
    } else {
      define(state, slot, variable, stored(state, s));
    }
    if ((Slot.opcode(s) & CLASS_MASK) != LDX) {
      state.write(Slot.offset(s), size);
    }
  }

  /// What a store leaves in memory.
  static Value stored(State state, long s) {
    var value =
        (Slot.opcode(s) & CLASS_MASK) == STX ? state.get(Slot.src(s)) : Value.constant(Slot.imm(s));
    int size = Arithmetic.bytes(s);
    if (size == Long.BYTES) {
      return value;
    }
    var most = Arithmetic.unsigned(size * Byte.SIZE);
    return value.isScalar() && value.isWithin(0, most.hi())
        ? value
        : value.isConstant() ? Value.constant(value.lo() & most.hi()) : most;
  }

  /// What a load gives. A field of a context may be an address, though it has 32 bits.
  static Value loaded(State state, long s) {
    int size = Arithmetic.bytes(s);
    if ((Slot.opcode(s) & MODE_MASK) == MEMSX) {
      return Arithmetic.signed(Value.ANY, size * Byte.SIZE);
    }
    return size == Integer.BYTES && !isInArray(state, s)
        ? Value.ANY
        : Arithmetic.unsigned(size * Byte.SIZE);
  }

  /// Whether a load is from memory that is known to be an array.
  static boolean isInArray(State state, long s) {
    var address = state.get(Slot.src(s));
    return address.base() >= 0 || isInFrame(address, Slot.offset(s), Arithmetic.bytes(s));
  }

  private static void define(State state, int slot, int register, Value value) {
    state.define(register, value, slot + 1);
  }

  private void arithmetic(State state, int slot, long s, int opcode) {
    int dst = Slot.dst(s);
    if (opcode == MOV64_REG && Slot.offset(s) == 0) {
      state.copy(dst, Slot.src(s), slot + 1);
      return;
    }
    if (opcode == (ALU64 | ADD | X) && !state.get(dst).isScalar()) {
      state.identify(Slot.src(s), -slot - 1);
    }
    define(state, slot, dst, result(state, slot));
  }

  /// What an instruction of arithmetic gives.
  Value result(State state, int slot) {
    long s = code.slot(slot);
    int opcode = Slot.opcode(s);
    int operation = opcode & OPERATION_MASK;
    boolean wide = (opcode & CLASS_MASK) == ALU64;
    var a = state.get(Slot.dst(s));
    if (operation == END) {
      return opcode == TO_LE && Slot.imm(s) == Long.SIZE ? a : Arithmetic.unsigned(Slot.imm(s));
    }
    var b = Branch.operand(state, s);
    if (operation == MOV) {
      return move(b, Slot.offset(s), wide);
    }
    if (operation == NEG) {
      return wide ? Value.ANY : Value.between(0, Value.U32);
    }
    if (wide && (operation == ADD || operation == SUB)) {
      return sum(state, slot).value();
    }
    return wide
        ? Arithmetic.wide(operation, a, b, Slot.offset(s))
        : Arithmetic.half(operation, a, b, Slot.offset(s));
  }

  /// How an addition or subtraction of 64 bits is done.
  Sum sum(State state, int slot) {
    long s = code.slot(slot);
    return Sum.of(
        state.get(Slot.dst(s)),
        Branch.operand(state, s),
        (Slot.opcode(s) & OPERATION_MASK) == SUB,
        isTrusted(slot));
  }

  private static Value move(Value from, int offset, boolean wide) {
    if (offset == 0) {
      return wide ? from : Arithmetic.low(from);
    }
    if (wide && offset == OFFSET_ADDR_SPACE_CAST) {
      return Value.ANY;
    }
    var signed = Arithmetic.signed(from, offset);
    return wide ? signed : Arithmetic.low(signed.isNarrow() ? signed : Value.ANY);
  }

  /// What an access says of its address: it is only gone on with where the access was one.
  private void access(State state, long s, int register) {
    var address = state.get(register);
    int size = Arithmetic.bytes(s);
    long offset = Slot.offset(s);
    if (address.base() >= 0) {
      long lo = Math.max(address.lo(), -offset);
      long hi = Math.min(address.hi(), regions.size(address.base()) - size - offset);
      if (lo <= hi) {
        state.narrow(register, lo, hi);
      }
    } else if (isInFrame(address, offset, size)
        && address.lo() == address.hi()
        && (Slot.opcode(s) & CLASS_MASK) != LDX) {
      state.write(address.lo() + offset, size);
    }
  }

  /// Whether an access is within the function's own frame.
  static boolean isInFrame(Value address, long offset, int size) {
    return address.base() == Value.FRAME
        && address.lo() + offset >= -Run.FRAME
        && address.hi() + offset + size <= 0;
  }

  private static void atomic(State state, int slot, long s) {
    var old = Arithmetic.unsigned(Arithmetic.bytes(s) * Byte.SIZE);
    switch (Slot.imm(s)) {
      case LOAD_ACQ -> define(state, slot, Slot.dst(s), old);
      case STORE_REL -> {
        // It changes no register.
      }
      case CMPXCHG -> define(state, slot, 0, old);
      default -> {
        if ((Slot.imm(s) & FETCH) != 0) {
          define(state, slot, Slot.src(s), old);
        }
      }
    }
  }
}
