package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Memory;

/// A function of a program as blocks, each reachable from its begin.
final class Flow {
  private static final int MOST_OF_BLOCK = 2_000;
  private static final int SMALL_LOOP = 10;
  private static final int COPIES = 4;

  private final Code code;
  private final List<Block> blocks;
  private final int size;
  private final List<int[]> slots;

  private Flow(Code code, List<Block> blocks, int size) {
    this.code = code;
    this.blocks = blocks;
    this.size = size;
    this.slots =
        blocks.stream()
            .map(block ->
                IntStream.iterate(
                        block.start(), slot -> slot <= block.last(), slot -> after(code, slot))
                    .toArray())
            .toList();
  }

  /// The first instructions of all functions of a program: those that are called, and those whose
  /// address is taken.
  static SortedSet<Integer> functions(Code code, Memory memory) {
    var found = new TreeSet<>(List.of(0));
    if (code.exceptionCallback() != 0) {
      found.add(code.exceptionCallback());
    }
    for (int slot = 0; slot < code.size(); slot++) {
      long s = code.slot(slot);
      if (Slot.isWide(s)) {
        int function = code.function(slot, memory);
        if (function >= 0) {
          found.add(function);
        }
        slot++;
      } else if (isSubprogramCall(s)) {
        found.add(slot + 1 + Slot.imm(s));
      }
    }
    return found;
  }

  static boolean isSubprogramCall(long s) {
    return Slot.opcode(s) == CALL && Slot.src(s) == PSEUDO_CALL;
  }

  /// Whether the interpreter executes an instruction in any case, and all that come after it.
  static boolean isLeft(Code code, int slot) {
    long s = code.slot(slot);
    return switch (Slot.opcode(s)) {
      case JUMP_INDIRECT, Code.CALL_REGISTER, Code.WRITES_FRAME_POINTER -> true;
      case CALL -> Slot.src(s) != PSEUDO_CALL && code.call(slot) == null;
      default -> false;
    };
  }

  /// Where an instruction may jump to; -1 where it does not.
  static int target(Code code, int slot) {
    long s = code.slot(slot);
    int opcode = Slot.opcode(s);
    if (opcode == JUMP || opcode == MAY_GOTO) {
      return slot + 1 + Slot.offset(s);
    }
    if (opcode == JUMP_LONG) {
      return slot + 1 + Slot.imm(s);
    }
    return isConditional(opcode) ? slot + 1 + Slot.offset(s) : -1;
  }

  /// Whether an instruction compares two numbers and jumps.
  static boolean isConditional(int opcode) {
    int kind = opcode & CLASS_MASK;
    int operation = opcode & OPERATION_MASK;
    return (kind == JMP || kind == JMP32)
        && operation != JA
        && opcode != CALL
        && opcode != EXIT
        && opcode != Code.CALL_REGISTER
        && opcode != MAY_GOTO;
  }

  private static boolean goesOn(Code code, int slot) {
    return switch (Slot.opcode(code.slot(slot))) {
      case JUMP, JUMP_LONG, EXIT -> false;
      default -> !isLeft(code, slot);
    };
  }

  private static int after(Code code, int slot) {
    return slot + (Slot.isWide(code.slot(slot)) ? 2 : 1);
  }

  /// The blocks of a function.
  static Flow of(Code code, int function) {
    var leaders = new TreeSet<>(List.of(function));
    var reached = new TreeSet<Integer>();
    var open = new ArrayDeque<>(List.of(function));
    while (!open.isEmpty()) {
      int slot = open.pop();
      while (reached.add(slot)) {
        int target = target(code, slot);
        if (target >= 0) {
          leaders.add(target);
          open.push(target);
        }
        boolean goesOn = goesOn(code, slot);
        int after = after(code, slot);
        if (goesOn && target >= 0) {
          leaders.add(after);
        }
        if (!goesOn) {
          break;
        }
        slot = after;
      }
    }
    split(code, leaders);
    return new Flow(code, blocks(code, leaders), reached.size());
  }

  /// Has no block be larger than a part of a function.
  private static void split(Code code, Set<Integer> leaders) {
    for (int start : List.copyOf(leaders)) {
      int slot = start;
      int size = weight(code, slot);
      while (goesOn(code, slot) && !leaders.contains(after(code, slot))) {
        slot = after(code, slot);
        size += weight(code, slot);
        if (size > MOST_OF_BLOCK) {
          leaders.add(slot);
          size = 0;
        }
      }
    }
  }

  /// About how many bytes an instruction is in the code of the JVM.
  private static int weight(Code code, int slot) {
    int opcode = Slot.opcode(code.slot(slot));
    return switch (opcode & CLASS_MASK) {
      case ALU, ALU64 -> 14;
      case LDX, ST -> 28;
      case STX -> (opcode & MODE_MASK) == ATOMIC ? 60 : 28;
      case LD -> opcode == LD_IMM64 ? 8 : 60;
      default -> opcode == CALL ? 110 : 30;
    };
  }

  /// About how many bytes a block is in the code of the JVM.
  int weight(Block block) {
    return copies(block) * IntStream.of(slots(block)).map(slot -> weight(code, slot)).sum();
  }

  private static List<Block> blocks(Code code, SortedSet<Integer> leaders) {
    var numbers = new TreeMap<Integer, Integer>();
    leaders.forEach(leader -> numbers.put(leader, numbers.size()));
    var blocks = new ArrayList<Block>();
    for (int start : leaders) {
      int last = start;
      while (goesOn(code, last) && !leaders.contains(after(code, last))) {
        last = after(code, last);
      }
      int next = goesOn(code, last) ? number(numbers, after(code, last)) : -1;
      int target = target(code, last);
      blocks.add(
          new Block(blocks.size(), start, last, next, target < 0 ? -1 : number(numbers, target)));
    }
    return List.copyOf(blocks);
  }

  private static int number(Map<Integer, Integer> numbers, int leader) {
    return Objects.requireNonNull(numbers.get(leader));
  }

  List<Block> blocks() {
    return blocks;
  }

  /// Whether a block that does not come before it goes to it: each circle has such a block.
  boolean isReturnedTo(Block block) {
    return blocks.stream()
        .skip(block.index())
        .anyMatch(from -> from.next() == block.index() || from.target() == block.index());
  }

  /// How often a block is written one after the other. A loop of one block whose step is not
  /// constant HotSpot leaves as it is, and looks at each round whether to stop: here that is done
  /// each fourth time (`bench/virtual`, sieve).
  int copies(Block block) {
    int last = block.last();
    long s = code.slot(last);
    boolean small = slots(block).length <= SMALL_LOOP;
    if (!small || block.target() != block.index() || !isConditional(Slot.opcode(s))) {
      return 1;
    }
    boolean register = (Slot.opcode(s) & SOURCE_MASK) == X;
    for (int slot : slots(block)) {
      long one = code.slot(slot);
      boolean compared = Slot.dst(one) == Slot.dst(s) || (register && Slot.dst(one) == Slot.src(s));
      if (Slot.opcode(one) == CALL || (compared && isConstantStep(Slot.opcode(one)))) {
        return 1;
      }
    }
    return COPIES;
  }

  private static boolean isConstantStep(int opcode) {
    return switch (opcode) {
      case ALU64 | ADD | K, ALU | ADD | K, ALU64 | SUB | K, ALU | SUB | K -> true;
      default -> false;
    };
  }

  /// The most instructions that are executed until it is looked whether there are enough left.
  int longest() {
    return size
        + blocks.stream().mapToInt(block -> (copies(block) - 1) * slots(block).length).sum();
  }

  /// The block that begins at an instruction.
  int indexOf(int start) {
    for (var block : blocks) {
      if (block.start() == start) {
        return block.index();
      }
    }
    throw new IllegalArgumentException("no block begins at " + start);
  }

  /// The instructions of a block.
  int[] slots(Block block) {
    return slots.get(block.index());
  }

  /// How many instructions there are.
  int size() {
    return size;
  }

  int after(int slot) {
    return after(code, slot);
  }
}
