package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;

/// Which accesses of a function are by pointers that come from the same place, such as the field of
/// a context, a lookup or an argument, and so are likely to lead into the same region. A method
/// keeps one region for each of these places, and looks at each access whether it is the one. So
/// nothing that is said here has to be true.
///
/// @param numbers by instruction, the number of the family of what it accesses
/// @param count how many families there are
record Families(Map<Integer, Integer> numbers, int count) {
  static final int NONE = -1;

  /// The most families of a function; the accesses of others are looked up one by one.
  private static final int MOST = 8;

  /// What is on the stack is known by its offset, other pointers by the instruction they come from.
  private static final int STACK = Integer.MIN_VALUE / 2;

  private static final int ARGUMENTS = 5;

  Families {
    numbers = Map.copyOf(numbers);
  }

  /// The number of the family of what an instruction accesses; [#NONE] where it has none.
  int at(int slot) {
    return numbers.getOrDefault(slot, NONE);
  }

  static Families of(Code code, Flow flow, Facts facts, Transfer transfer, int start) {
    var found =
        new Finder(code, flow, transfer.slots()).accesses(facts, transfer, flow.indexOf(start));
    var most =
        found.keySet().stream()
            .sorted((one, other) -> size(found, other) - size(found, one))
            .limit(MOST)
            .toList();
    var numbers = new HashMap<Integer, Integer>();
    for (int i = 0; i < most.size(); i++) {
      for (int slot : Objects.requireNonNull(found.get(most.get(i)))) {
        numbers.put(slot, i);
      }
    }
    return new Families(numbers, most.size());
  }

  private static int size(Map<Integer, List<Integer>> found, int origin) {
    return Objects.requireNonNull(found.get(origin)).size();
  }

  /// Follows pointers: each variable has the number of where it comes from, or 0.
  private record Finder(Code code, Flow flow, Slots slots) {
    Map<Integer, List<Integer>> accesses(Facts facts, Transfer transfer, int entry) {
      var states = new HashMap<Integer, int[]>();
      var first = new int[slots.variables()];
      for (int i = 1; i <= ARGUMENTS; i++) {
        first[i] = -i;
      }
      states.put(entry, first);
      boolean changes = true;
      while (changes) {
        changes = false;
        for (var block : flow.blocks()) {
          var state = states.get(block.index());
          if (state != null) {
            var after = state.clone();
            for (int slot : flow.slots(block)) {
              apply(after, slot);
            }
            changes |= merge(states, block.next(), after);
            changes |= merge(states, block.target(), after);
          }
        }
      }
      var found = new HashMap<Integer, List<Integer>>();
      for (var block : flow.blocks()) {
        var state = states.get(block.index());
        var before = facts.at(block);
        if (state != null && before != null) {
          var known = before.copy();
          for (int slot : flow.slots(block)) {
            int pointer = pointer(code.slot(slot));
            if (isAccess(code.slot(slot)) && state[pointer] != 0 && known.get(pointer).isScalar()) {
              found.computeIfAbsent(state[pointer], _ -> new ArrayList<>()).add(slot);
            }
            apply(state, slot);
            transfer.apply(known, slot);
          }
        }
      }
      return found;
    }

    private static boolean merge(Map<Integer, int[]> states, int to, int[] reached) {
      if (to < 0) {
        return false;
      }
      var there = states.get(to);
      if (there == null) {
        states.put(to, reached.clone());
        return true;
      }
      boolean changes = false;
      for (int i = 0; i < there.length; i++) {
        if (there[i] != reached[i] && there[i] != 0) {
          there[i] = 0;
          changes = true;
        }
      }
      return changes;
    }

    private static boolean isAccess(long s) {
      int opcode = Slot.opcode(s);
      return switch (opcode & CLASS_MASK) {
        case LDX, ST -> true;
        case STX -> (opcode & MODE_MASK) != ATOMIC;
        default -> false;
      };
    }

    private static int pointer(long s) {
      return (Slot.opcode(s) & CLASS_MASK) == LDX ? Slot.src(s) : Slot.dst(s);
    }

    private void apply(int[] state, int slot) {
      long s = code.slot(slot);
      int opcode = Slot.opcode(s);
      int dst = Slot.dst(s);
      boolean isOne = slots.isOne(s);
      switch (opcode & CLASS_MASK) {
        case LDX -> {
          if (isOne) {
            state[dst] = state[slots.variable(s)];
          } else {
            state[dst] = Slot.src(s) == State.REGISTERS ? STACK + Slot.offset(s) : slot + 1;
          }
        }
        case ST, STX -> {
          if (isOne) {
            boolean register = (opcode & CLASS_MASK) == STX;
            state[slots.variable(s)] = register ? state[Slot.src(s)] : 0;
          } else if ((opcode & MODE_MASK) == ATOMIC) {
            state[0] = 0;
            state[Slot.src(s)] = 0;
          }
        }
        case LD -> state[opcode == LD_IMM64 ? dst : 0] = slot + 1;
        case ALU64 -> state[dst] = sum(state, s, opcode);
        case ALU -> state[dst] = 0;
        default -> {
          if (opcode == CALL) {
            Arrays.fill(state, 1, ARGUMENTS + 1, 0);
            state[0] = slot + 1;
          }
        }
      }
    }

    private static int sum(int[] state, long s, int opcode) {
      int operation = opcode & OPERATION_MASK;
      boolean register = (opcode & SOURCE_MASK) == X;
      int dst = Slot.dst(s);
      if (operation == MOV) {
        return register && Slot.offset(s) == 0 ? state[Slot.src(s)] : 0;
      }
      if (operation != ADD && operation != SUB) {
        return 0;
      }
      return state[dst] == 0 && register ? state[Slot.src(s)] : state[dst];
    }
  }
}
