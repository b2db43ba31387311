package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import org.ebpf4j.insn.Slot;
import org.jspecify.annotations.Nullable;

/// What a comparison says of its operands on each way.
final class Branch {
  private Branch() {}

  /// The second operand.
  static Value operand(State state, long s) {
    return (Slot.opcode(s) & SOURCE_MASK) == X
        ? state.get(Slot.src(s))
        : Value.constant(Slot.imm(s));
  }

  /// The state behind a comparison.
  ///
  /// @param taken whether it jumps
  /// @return null where it never goes that way
  static @Nullable State after(State before, long s, boolean taken) {
    var a = before.get(Slot.dst(s));
    var b = operand(before, s);
    int opcode = Slot.opcode(s);
    int operation = taken ? opcode & OPERATION_MASK : opposite(opcode & OPERATION_MASK);
    boolean half = (opcode & CLASS_MASK) == JMP32;
    if (half && (opcode & SOURCE_MASK) == K) {
      b = Arithmetic.low(b);
    }
    // Where the lower halves are not all of it, nothing is learned.
    if (half && (!a.isNarrow() || !b.isNarrow())) {
      return before.copy();
    }
    if (a.base() != b.base()) {
      boolean never = operation == JEQ && (isNull(a, b) || isNull(b, a));
      return never ? null : before.copy();
    }
    boolean signed =
        operation == JSGT || operation == JSGE || operation == JSLT || operation == JSLE;
    if (signed && half && (a.hi() > Integer.MAX_VALUE || b.hi() > Integer.MAX_VALUE)) {
      return before.copy();
    }
    return narrowed(before, s, ranges(operation, a, b));
  }

  private static boolean isNull(Value address, Value number) {
    return address.base() >= 0 && number.isConstant() && number.lo() == 0;
  }

  private static @Nullable State narrowed(State before, long s, Value[] found) {
    if (found[0].lo() > found[0].hi() || found[1].lo() > found[1].hi()) {
      return null;
    }
    var after = before.copy();
    after.narrow(Slot.dst(s), found[0].lo(), found[0].hi());
    if ((Slot.opcode(s) & SOURCE_MASK) == X && Slot.src(s) != Slot.dst(s)) {
      after.narrow(Slot.src(s), found[1].lo(), found[1].hi());
    }
    return after;
  }

  /// The operation that holds where another does not; 0 for none.
  private static int opposite(int operation) {
    return switch (operation) {
      case JEQ -> JNE;
      case JNE -> JEQ;
      case JGT -> JLE;
      case JGE -> JLT;
      case JLT -> JGE;
      case JLE -> JGT;
      case JSGT -> JSLE;
      case JSGE -> JSLT;
      case JSLT -> JSGE;
      case JSLE -> JSGT;
      default -> 0;
    };
  }

  private static Value[] ranges(int operation, Value a, Value b) {
    return switch (operation) {
      case JEQ -> equal(a, b);
      case JNE -> new Value[] {without(a, b), without(b, a)};
      case JSLT -> less(a, b, 1);
      case JSLE -> less(a, b, 0);
      case JSGT -> swapped(less(b, a, 1));
      case JSGE -> swapped(less(b, a, 0));
      case JLT -> lessUnsigned(a, b, 1);
      case JLE -> lessUnsigned(a, b, 0);
      case JGT -> swapped(lessUnsigned(b, a, 1));
      case JGE -> swapped(lessUnsigned(b, a, 0));
      default -> new Value[] {a, b};
    };
  }

  private static Value[] swapped(Value[] values) {
    return new Value[] {values[1], values[0]};
  }

  private static Value[] equal(Value a, Value b) {
    long lo = Math.max(a.lo(), b.lo());
    long hi = Math.min(a.hi(), b.hi());
    return new Value[] {a.with(lo, hi), b.with(lo, hi)};
  }

  /// A number that is not the other: where that is at its end, one less.
  private static Value without(Value a, Value b) {
    if (b.lo() != b.hi()) {
      return a;
    }
    long lo = a.lo() == b.lo() && a.lo() != Long.MAX_VALUE ? a.lo() + 1 : a.lo();
    long hi = a.hi() == b.lo() && a.hi() != Long.MIN_VALUE ? a.hi() - 1 : a.hi();
    return a.with(lo, hi);
  }

  private static Value[] less(Value a, Value b, int by) {
    long most = b.hi() == Long.MIN_VALUE ? b.hi() : b.hi() - by;
    long least = a.lo() == Long.MAX_VALUE ? a.lo() : a.lo() + by;
    return new Value[] {
      a.with(a.lo(), Math.min(a.hi(), most)), b.with(Math.max(b.lo(), least), b.hi())
    };
  }

  private static Value[] lessUnsigned(Value a, Value b, int by) {
    if (!a.isScalar() || (a.lo() >= 0 && b.lo() >= 0)) {
      return less(a, b, by);
    }
    if (b.lo() >= 0) {
      // Below a number that is not negative, it is not negative itself.
      return new Value[] {a.with(Math.max(a.lo(), 0), Math.min(a.hi(), b.hi() - by)), b};
    }
    return new Value[] {a, b};
  }
}
