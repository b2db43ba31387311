package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Memory;

/// Which registers and slots of a function are read again, at each of its instructions: a bit for
/// each. What the interpreter may have to execute reads all.
public final class Liveness {
  private static final long ALL = -1;
  private static final long ARGUMENTS = 0b111110;
  private static final int PACKET = 6;

  private final Code code;
  private final Flow flow;
  private final Slots slots;
  private final long[] before;

  private Liveness(Code code, Flow flow, Slots slots) {
    this.code = code;
    this.flow = flow;
    this.slots = slots;
    this.before = new long[flow.blocks().size()];
  }

  static Liveness of(Code code, Flow flow, Slots slots) {
    var liveness = new Liveness(code, flow, slots);
    boolean changes = true;
    while (changes) {
      changes = false;
      for (int i = flow.blocks().size() - 1; i >= 0; i--) {
        var block = flow.blocks().get(i);
        long found = liveness.through(block)[0];
        changes |= found != liveness.before[i];
        liveness.before[i] = found;
      }
    }
    return liveness;
  }

  /// The registers that are read again from an instruction on, a bit for each; all of them where it
  /// is in no function that is known.
  public static long registers(Code code, Memory memory, int slot) {
    long found = 0;
    for (int function : Flow.functions(code, memory)) {
      var flow = Flow.of(code, function);
      for (var block : flow.blocks()) {
        if (slot >= block.start() && slot <= block.last()) {
          var all = of(code, flow, Slots.NONE).through(block);
          found |= all[slot - block.start()];
        }
      }
    }
    return found == 0 ? ALL : found;
  }

  /// What is read again from the begin of a block on.
  long at(Block block) {
    return before[block.index()];
  }

  /// What is read again from each slot of a block on, by its distance from the begin; behind the
  /// last instruction at the end.
  long[] through(Block block) {
    var live = new long[block.last() - block.start() + 2];
    long after = 0;
    for (int next : new int[] {block.next(), block.target()}) {
      after |= next < 0 ? 0 : before[next];
    }
    live[live.length - 1] = after;
    int end = live.length - 1;
    var starts = flow.slots(block);
    for (int i = starts.length - 1; i >= 0; i--) {
      int slot = starts[i];
      after = (after & ~defines(slot)) | uses(slot);
      for (int at = slot - block.start(); at < end; at++) {
        live[at] = after;
      }
      end = slot - block.start();
    }
    return live;
  }

  private static long bit(int register) {
    return 1L << register;
  }

  private long uses(int slot) {
    long s = code.slot(slot);
    int opcode = Slot.opcode(s);
    long dst = bit(Slot.dst(s));
    long src = bit(Slot.src(s));
    long second = (opcode & SOURCE_MASK) == X ? src : 0;
    if (Flow.isLeft(code, slot)) {
      return ALL;
    }
    return switch (opcode & CLASS_MASK) {
      case ALU, ALU64 ->
          switch (opcode & OPERATION_MASK) {
            case MOV -> second;
            case END, NEG -> dst;
            default -> dst | second;
          };
      case LDX -> slots.isOne(s) ? bit(slots.variable(s)) : src;
      case ST -> slots.isOne(s) ? 0 : dst;
      case STX -> {
        if ((opcode & MODE_MASK) != ATOMIC) {
          yield slots.isOne(s) ? src : dst | src;
        }
        yield dst | src | bit(0);
      }
      case LD -> opcode == LD_IMM64 ? 0 : bit(PACKET) | ((opcode & MODE_MASK) == IND ? src : 0);
      default ->
          switch (opcode) {
            case EXIT -> bit(0);
            case CALL -> ARGUMENTS;
            case JUMP, JUMP_LONG, MAY_GOTO -> 0;
            default -> dst | second;
          };
    };
  }

  private long defines(int slot) {
    long s = code.slot(slot);
    int opcode = Slot.opcode(s);
    return switch (opcode & CLASS_MASK) {
      case ALU, ALU64, LDX -> bit(Slot.dst(s));
      case ST, STX -> slots.isOne(s) ? bit(slots.variable(s)) : 0;
      case LD -> opcode == LD_IMM64 ? bit(Slot.dst(s)) : bit(0);
      default -> opcode == CALL ? bit(0) : 0;
    };
  }
}
