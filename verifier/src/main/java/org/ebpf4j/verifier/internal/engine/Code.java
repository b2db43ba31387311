package org.ebpf4j.verifier.internal.engine;

import java.util.Arrays;
import java.util.TreeSet;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// The instructions of a program, decoded, and the subprograms among them.
public final class Code {
  private final @Nullable Instruction[] instructions;
  private final int[] starts;
  private final int[] subprogramOf;

  /// The subprogram that is called for an exception, or −1.
  public final int exceptionCallback;

  private Code(@Nullable Instruction[] instructions, int[] starts, int exceptionCallback) {
    this.instructions = instructions;
    this.starts = starts;
    this.exceptionCallback = exceptionCallback;
    subprogramOf = new int[instructions.length];
    for (int i = 0; i < starts.length; i++) {
      Arrays.fill(subprogramOf, starts[i], end(i), i);
    }
  }

  /// Decodes a program.
  ///
  /// @throws Refusal where there is no instruction, an unknown one, or a call out of the program
  static Code of(CheckedProgram program, int mostSubprograms) {
    var source = program.instructions();
    if (source.size() == 0) {
      throw new Refusal(Reason.MALFORMED, -1, "the program has no instructions");
    }
    var decoded = new @Nullable Instruction[source.size()];
    source.forEach((slot, instruction) -> decoded[slot] = instruction);
    var starts = new TreeSet<Integer>();
    starts.add(0);
    for (int i = 0; i < decoded.length; i++) {
      var target = target(decoded[i], i);
      if (target < 0) {
        continue;
      }
      if (target >= decoded.length || decoded[target] == null) {
        throw new Refusal(Reason.MALFORMED, -1, "call to invalid destination");
      }
      starts.add(target);
    }
    var callback =
        program
            .exceptionCallback()
            .flatMap(name ->
                program.subprograms().stream().filter(s -> s.name().equals(name)).findFirst());
    callback.ifPresent(s -> starts.add(s.slot()));
    // Global functions that are never called are subprograms, too.
    if (starts.size() > mostSubprograms) {
      throw new Refusal(Reason.LIMIT, -1, "too many subprograms");
    }
    var sorted = starts.stream().mapToInt(Integer::intValue).toArray();
    var callbackIndex = callback.map(s -> Arrays.binarySearch(sorted, s.slot())).orElse(-1);
    return new Code(decoded, sorted, callbackIndex);
  }

  /// The subprogram that an instruction calls or loads the address of, by its first slot; −2 for
  /// any other instruction.
  private static int target(@Nullable Instruction instruction, int at) {
    if (instruction instanceof Instruction.Call.Subprogram(int offset)) {
      return inRange((long) at + offset + 1);
    }
    if (instruction instanceof Instruction.LoadImmediate64 load
        && load.pseudo() == Opcode.PSEUDO_FUNC) {
      return inRange((long) at + load.low() + 1);
    }
    return -2;
  }

  private static int inRange(long slot) {
    return slot < 0 || slot > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) slot;
  }

  /// How many slots there are.
  public int size() {
    return instructions.length;
  }

  /// The instruction that begins at a slot; none does at the second slot of a wide one.
  public @Nullable Instruction at(int slot) {
    return instructions[slot];
  }

  /// How many subprograms there are, the program itself among them.
  public int subprograms() {
    return starts.length;
  }

  /// The first slot of a subprogram.
  public int start(int subprogram) {
    return starts[subprogram];
  }

  /// The slot behind the last one of a subprogram.
  public int end(int subprogram) {
    return subprogram + 1 < starts.length ? starts[subprogram + 1] : instructions.length;
  }

  /// The subprogram that a slot is in.
  public int subprogram(int slot) {
    return subprogramOf[slot];
  }

  /// The subprogram that an instruction calls, or hands to a function of the kernel; or −1.
  int callee(int slot) {
    int target = target(instructions[slot], slot);
    return target < 0 ? -1 : subprogram(target);
  }

  /// The subprogram that starts at a slot, or −1.
  public int subprogramAt(int slot) {
    return Math.max(-1, Arrays.binarySearch(starts, slot));
  }

  /// What the kernel says of a slot that holds no instruction.
  static String unknown(long slot) {
    for (int register : new int[] {Slot.dst(slot), Slot.src(slot)}) {
      if (register >= Frame.REGISTERS) {
        return "R" + register + " is invalid";
      }
    }
    int opcode = Slot.opcode(slot);
    int kind = opcode & 7;
    if ((kind == 4 || kind == 7) && (opcode & 0xf0) <= 0xc0) {
      return switch (opcode & 0xf0) {
        case 0x80 -> "BPF_NEG uses reserved fields";
        case 0xb0 -> "BPF_MOV uses reserved fields";
        default -> "BPF_ALU uses reserved fields";
      };
    }
    if (opcode == 0x0d) {
      return "BPF_JA|BPF_X uses reserved fields";
    }
    return "unknown opcode %02x".formatted(Slot.opcode(slot));
  }
}
