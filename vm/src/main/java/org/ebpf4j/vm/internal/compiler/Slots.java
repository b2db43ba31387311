package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Sites;

/// The numbers on the stack of a function that are kept in local variables, as registers are: each
/// is written before it is read, always with the same size, and nothing else gets its address.
///
/// @param list them; the variable of the first is the one behind `R10`
record Slots(List<Sites.Kept> list) {
  static final Slots NONE = new Slots(List.of());

  private static final int MOST = 40;

  Slots {
    list = List.copyOf(list);
  }

  /// How many variables a function has.
  int variables() {
    return State.REGISTERS + 1 + list.size();
  }

  private static int base(long s) {
    return (Slot.opcode(s) & CLASS_MASK) == LDX ? Slot.src(s) : Slot.dst(s);
  }

  /// Whether an instruction loads or stores one of them.
  boolean isOne(long s) {
    return isAccess(s) && base(s) == State.REGISTERS && list.contains(kept(s));
  }

  /// The variable of the one that an instruction loads or stores.
  int variable(long s) {
    return State.REGISTERS + 1 + list.indexOf(kept(s));
  }

  private static Sites.Kept kept(long s) {
    return new Sites.Kept(Slot.offset(s), Arithmetic.bytes(s));
  }

  private static boolean isAccess(long s) {
    int opcode = Slot.opcode(s);
    return switch (opcode & CLASS_MASK) {
      case LDX, ST -> true;
      case STX -> (opcode & MODE_MASK) != ATOMIC;
      default -> false;
    };
  }

  /// Whether an instruction uses `R10` for anything but the address of a load or store in the
  /// frame.
  private static boolean escapes(long s) {
    int opcode = Slot.opcode(s);
    if (isAccess(s)) {
      boolean stored = (opcode & CLASS_MASK) == STX && Slot.src(s) == State.REGISTERS;
      return stored || (base(s) == State.REGISTERS && !isInside(kept(s)));
    }
    if (opcode == CALL || opcode == EXIT || Slot.isWide(s)) {
      return false;
    }
    return Slot.src(s) == State.REGISTERS || Slot.dst(s) == State.REGISTERS;
  }

  private static boolean isInside(Sites.Kept kept) {
    return Transfer.isInFrame(Value.address(Value.FRAME, 0), kept.offset(), kept.size());
  }

  /// Whether the address of a frame gets somewhere in a function.
  static boolean escapes(Code code, Flow flow) {
    return flow.blocks().stream()
        .anyMatch(block -> {
          for (int slot : flow.slots(block)) {
            if (escapes(code.slot(slot))) {
              return true;
            }
          }
          return false;
        });
  }

  /// Whether a function calls another of its program.
  static boolean calls(Code code, Flow flow) {
    return flow.blocks().stream()
        .anyMatch(block -> {
          for (int slot : flow.slots(block)) {
            if (Flow.isSubprogramCall(code.slot(slot))) {
              return true;
            }
          }
          return false;
        });
  }

  /// Those of a function whose frame does not escape.
  ///
  /// @param facts what is known without them
  static Slots of(Code code, Flow flow, Transfer transfer, Facts facts) {
    var wrong = new ArrayList<Sites.Kept>();
    var found = new TreeMap<Integer, Sites.Kept>();
    for (var block : flow.blocks()) {
      var state = facts.at(block);
      if (state == null) {
        continue;
      }
      state = state.copy();
      for (int slot : flow.slots(block)) {
        long s = code.slot(slot);
        if (isAccess(s) && base(s) == State.REGISTERS) {
          var kept = kept(s);
          var there = found.putIfAbsent(kept.offset(), kept);
          boolean read = (Slot.opcode(s) & CLASS_MASK) == LDX;
          if ((there != null && !there.equals(kept))
              || (read && !state.isWritten(kept.offset(), kept.size()))) {
            wrong.add(kept);
            wrong.add(found.get(kept.offset()));
          }
        }
        transfer.apply(state, slot);
      }
    }
    Sites.Kept farthest = null;
    for (var kept : found.values()) {
      if (farthest != null && end(farthest) > kept.offset()) {
        wrong.add(farthest);
        wrong.add(kept);
      }
      farthest = farthest == null || end(kept) > end(farthest) ? kept : farthest;
    }
    return new Slots(
        found.values().stream().filter(kept -> !wrong.contains(kept)).limit(MOST).toList());
  }

  private static int end(Sites.Kept kept) {
    return kept.offset() + kept.size();
  }
}
