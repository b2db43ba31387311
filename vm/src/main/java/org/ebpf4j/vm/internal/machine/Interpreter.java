package org.ebpf4j.vm.internal.machine;

import static org.ebpf4j.insn.Opcode.*;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Executes instructions, one after the other. Each access to memory is checked.
final class Interpreter {
  static final long U32 = 0xffff_ffffL;
  private static final int FRAME_POINTER = 10;

  /// The register that says of which packet `ld_abs` and `ld_ind` read.
  private static final int PACKET = 6;

  /// The first of the registers that calls leave as they are, and tail calls do not.
  private static final int FIRST_KEPT = 6;

  /// How often a program may go round with `may_goto`, as in the kernel (`BPF_MAX_LOOPS`).
  static final int ROUNDS = 8 << 20;

  static final String TOO_MANY_FRAMES =
      "there are more than " + Run.FRAMES + " frames on the stack";

  private Interpreter() {}

  static int src(long s) {
    return (int) (s >>> 12) & 15;
  }

  static int off(long s) {
    return (short) (s >>> 16);
  }

  static long imm(long s) {
    return s >> 32;
  }

  /// Executes a function in a frame of its own until it exits.
  ///
  /// @param pc its first slot
  /// @return what it left in `R0`
  /// @throws Fault where an instruction cannot be executed
  static long execute(Run run, Code program, int pc, long a, long b, long c, long d, long e) {
    if (run.listener() == null) {
      var compiled = program.compiled(run.memory(), pc);
      if (compiled != null) {
        return compiled.call(run, pc, a, b, c, d, e);
      }
    }
    var r = new long[Activation.REGISTERS];
    r[1] = a;
    r[2] = b;
    r[3] = c;
    r[4] = d;
    r[5] = e;
    r[FRAME_POINTER] = run.enter();
    if (r[FRAME_POINTER] == 0) {
      throw new Fault(program, pc, r, TOO_MANY_FRAMES);
    }
    try {
      return loop(run, program, pc, r, ROUNDS);
    } finally {
      run.leave();
    }
  }

  /// Goes on in a frame that is there.
  ///
  /// @param pc the instruction that is next
  /// @param r the registers as they are; 16 numbers
  /// @param rounds how often the function may still go round with `may_goto`
  static long goOn(Run run, Code program, int pc, long[] r, int rounds) {
    return loop(run, program, pc, r, rounds);
  }

  private static long loop(Run run, Code program, int start, long[] registers, int most) {
    var function = new Activation(run, program, start, registers, most);
    while (function.pc != Activation.RETURNED) {
      if (function.isSingle()) {
        single(function);
      } else {
        Stretch.execute(function);
      }
    }
    return function.result;
  }

  /// Executes one instruction, of which a listener is told, or which may be one too many.
  private static void single(Activation function) {
    var run = function.run;
    run.setStepsLeft(run.stepsLeft() - 1);
    if (run.stepsLeft() < 0) {
      throw new Fault(
          function.code,
          function.pc,
          function.registers,
          "the program has executed as many instructions as it may");
    }
    var listener = run.listener();
    if (listener != null) {
      listener.step(function.code, function.pc, function.registers);
    }
    Stretch.execute(function);
  }

  /// Executes a call.
  ///
  /// @param pc the instruction after it
  /// @return whether the stretch goes on there
  static boolean call(Activation function, int pc, long s, long[] r) {
    var code = function.code;
    var run = function.run;
    if (((int) s & 0xff) == Code.CALL_REGISTER) {
      r[0] = indirectCall(run, code, pc - 1, r[(int) (s >>> 8) & 15], r);
    } else if (src(s) == PSEUDO_CALL) {
      r[0] = execute(run, code, pc + (int) imm(s), r[1], r[2], r[3], r[4], r[5]);
    } else if (code.call(pc - 1) instanceof TailCall call) {
      var next = tailCall(run, call, r);
      if (next != null) {
        goOn(function, next, r);
        return false;
      }
    } else {
      r[0] = helper(code, pc - 1, r).call(run, r[1], r[2], r[3], r[4], r[5]);
    }
    return function.goesOn(pc, r);
  }

  /// Goes on with another program.
  private static void goOn(Activation function, Code next, long[] r) {
    var run = function.run;
    run.clear();
    var compiled = run.listener() == null ? next.compiled(run.memory(), 0) : null;
    if (compiled != null) {
      function.end(compiled.execute(run, 0, r[FRAME_POINTER], r[1], r[2], r[3], r[4], r[5]));
      return;
    }
    r[0] = 0;
    Arrays.fill(r, FIRST_KEPT, FRAME_POINTER, 0);
    function.enter(next, r, ROUNDS);
  }

  /// Loads from the packet.
  ///
  /// @return -1 where that is too short
  static long packet(Memory memory, long s, long[] r) {
    long offset = imm(s) + (((int) s & MODE_MASK) == IND ? r[src(s)] : 0);
    return packet(memory, r[PACKET], (int) offset, (int) s & SIZE_MASK);
  }

  static long move(Code code, long value, int offset, int spaces) {
    return offset == OFFSET_ADDR_SPACE_CAST ? code.cast(value, spaces) : Alu.move(value, offset);
  }

  static long packet(Memory memory, long context, int offset, int size) {
    if (memory.find(context) instanceof PacketLoad packet) {
      return packet.loadPacket(offset, size == W ? 4 : size == H ? 2 : 1);
    }
    throw new MemoryFault(context, "no context with a packet, in r6");
  }

  private static Helper helper(Code code, int slot, long[] r) {
    var found = code.call(slot);
    if (found == null) {
      throw new Fault(code, slot, r, "it calls a function that the kernel does not have");
    }
    return found;
  }

  /// Calls a function of the program by its address, or one of the kernel by its number.
  private static long indirectCall(Run run, Code code, int slot, long target, long[] r) {
    if (run.memory().find(target) instanceof Code.Place) {
      return run.callback(target, r[1], r[2], r[3], r[4], r[5]);
    }
    var helper = code.indirectCall(target);
    if (helper == null) {
      throw new Fault(code, slot, r, "the register says no function: " + target);
    }
    return helper.call(run, r[1], r[2], r[3], r[4], r[5]);
  }

  private static @Nullable Code tailCall(Run run, TailCall call, long[] r) {
    var next = tailCall(run, call, r[1], r[2], r[3]);
    if (next == null) {
      r[0] = -1;
    }
    return next;
  }

  /// The program that a tail call goes on with; null where it goes on with none.
  static @Nullable Code tailCall(Run run, TailCall call, long context, long map, long index) {
    var next = call.target(run, context, map, index);
    return next == null || !run.countTailCall() ? null : next;
  }
}
