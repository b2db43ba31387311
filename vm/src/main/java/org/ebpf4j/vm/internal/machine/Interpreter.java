package org.ebpf4j.vm.internal.machine;

import static org.ebpf4j.insn.Opcode.*;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Executes instructions, one after the other. Each access to memory is checked.
final class Interpreter {
  private static final long U32 = 0xffff_ffffL;
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

  private static int src(long s) {
    return (int) (s >>> 12) & 15;
  }

  private static int off(long s) {
    return (short) (s >>> 16);
  }

  private static long imm(long s) {
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
    // 16, so that no number of a register is out of bounds.
    var r = new long[16];
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

  @SuppressWarnings("StatementSwitchToExpressionSwitch")
  private static long loop(Run run, Code program, int start, long[] r, int most) {
    var code = program;
    var slots = code.slots();
    var memory = run.memory();
    var listener = run.listener();
    int pc = start;
    long left = run.stepsLeft();
    long begin = left;
    int rounds = most;
    try {
      while (true) {
        if (--left < 0) {
          run.setStepsLeft(left);
          throw new Fault(code, pc, r, "the program has executed as many instructions as it may");
        }
        if (listener != null) {
          listener.step(code, pc, r);
        }
        long s = slots[pc++];
        int dst = (int) (s >>> 8) & 15;
        switch ((int) s & 0xff) {
          case ALU64 | ADD | K -> r[dst] += imm(s);
          case ALU64 | ADD | X -> r[dst] += r[src(s)];
          case ALU | ADD | K -> r[dst] = (r[dst] + imm(s)) & U32;
          case ALU | ADD | X -> r[dst] = (r[dst] + r[src(s)]) & U32;
          case ALU64 | SUB | K -> r[dst] -= imm(s);
          case ALU64 | SUB | X -> r[dst] -= r[src(s)];
          case ALU | SUB | K -> r[dst] = (r[dst] - imm(s)) & U32;
          case ALU | SUB | X -> r[dst] = (r[dst] - r[src(s)]) & U32;
          case ALU64 | MUL | K -> r[dst] *= imm(s);
          case ALU64 | MUL | X -> r[dst] *= r[src(s)];
          case ALU | MUL | K -> r[dst] = (r[dst] * imm(s)) & U32;
          case ALU | MUL | X -> r[dst] = (r[dst] * r[src(s)]) & U32;
          case ALU64 | OR | K -> r[dst] |= imm(s);
          case ALU64 | OR | X -> r[dst] |= r[src(s)];
          case ALU | OR | K -> r[dst] = (r[dst] | imm(s)) & U32;
          case ALU | OR | X -> r[dst] = (r[dst] | r[src(s)]) & U32;
          case ALU64 | AND | K -> r[dst] &= imm(s);
          case ALU64 | AND | X -> r[dst] &= r[src(s)];
          case ALU | AND | K -> r[dst] = (r[dst] & imm(s)) & U32;
          case ALU | AND | X -> r[dst] = (r[dst] & r[src(s)]) & U32;
          case ALU64 | XOR | K -> r[dst] ^= imm(s);
          case ALU64 | XOR | X -> r[dst] ^= r[src(s)];
          case ALU | XOR | K -> r[dst] = (r[dst] ^ imm(s)) & U32;
          case ALU | XOR | X -> r[dst] = (r[dst] ^ r[src(s)]) & U32;
          case ALU64 | LSH | K -> r[dst] <<= imm(s);
          case ALU64 | LSH | X -> r[dst] <<= r[src(s)];
          case ALU | LSH | K -> r[dst] = ((int) r[dst] << imm(s)) & U32;
          case ALU | LSH | X -> r[dst] = ((int) r[dst] << r[src(s)]) & U32;
          case ALU64 | RSH | K -> r[dst] >>>= imm(s);
          case ALU64 | RSH | X -> r[dst] >>>= r[src(s)];
          case ALU | RSH | K -> r[dst] = ((int) r[dst] >>> imm(s)) & U32;
          case ALU | RSH | X -> r[dst] = ((int) r[dst] >>> r[src(s)]) & U32;
          case ALU64 | ARSH | K -> r[dst] >>= imm(s);
          case ALU64 | ARSH | X -> r[dst] >>= r[src(s)];
          case ALU | ARSH | K -> r[dst] = ((int) r[dst] >> imm(s)) & U32;
          case ALU | ARSH | X -> r[dst] = ((int) r[dst] >> r[src(s)]) & U32;
          case ALU64 | DIV | K -> r[dst] = Alu.divide(r[dst], imm(s), off(s));
          case ALU64 | DIV | X -> r[dst] = Alu.divide(r[dst], r[src(s)], off(s));
          case ALU | DIV | K -> r[dst] = Alu.divide((int) r[dst], (int) imm(s), off(s)) & U32;
          case ALU | DIV | X -> r[dst] = Alu.divide((int) r[dst], (int) r[src(s)], off(s)) & U32;
          case ALU64 | MOD | K -> r[dst] = Alu.remainder(r[dst], imm(s), off(s));
          case ALU64 | MOD | X -> r[dst] = Alu.remainder(r[dst], r[src(s)], off(s));
          case ALU | MOD | K -> r[dst] = Alu.remainder((int) r[dst], (int) imm(s), off(s)) & U32;
          case ALU | MOD | X -> r[dst] = Alu.remainder((int) r[dst], (int) r[src(s)], off(s)) & U32;
          case ALU64 | MOV | K -> r[dst] = imm(s);
          case ALU64 | MOV | X ->
              r[dst] = off(s) == 0 ? r[src(s)] : move(code, r[src(s)], off(s), (int) imm(s));
          case ALU | MOV | K -> r[dst] = imm(s) & U32;
          case ALU | MOV | X ->
              r[dst] = (off(s) == 0 ? r[src(s)] : Alu.move(r[src(s)], off(s))) & U32;
          case ALU64 | NEG -> r[dst] = -r[dst];
          case ALU | NEG -> r[dst] = -r[dst] & U32;
          case TO_LE -> r[dst] = Alu.cut(r[dst], (int) imm(s));
          case TO_BE, BSWAP -> r[dst] = Alu.swap(r[dst], (int) imm(s));
          case JMP | JEQ | K -> pc += r[dst] == imm(s) ? off(s) : 0;
          case JMP32 | JEQ | K -> pc += (int) r[dst] == (int) imm(s) ? off(s) : 0;
          case JMP | JEQ | X -> pc += r[dst] == r[src(s)] ? off(s) : 0;
          case JMP32 | JEQ | X -> pc += (int) r[dst] == (int) r[src(s)] ? off(s) : 0;
          case JMP | JNE | K -> pc += r[dst] != imm(s) ? off(s) : 0;
          case JMP32 | JNE | K -> pc += (int) r[dst] != (int) imm(s) ? off(s) : 0;
          case JMP | JNE | X -> pc += r[dst] != r[src(s)] ? off(s) : 0;
          case JMP32 | JNE | X -> pc += (int) r[dst] != (int) r[src(s)] ? off(s) : 0;
          case JMP | JSET | K -> pc += (r[dst] & imm(s)) != 0 ? off(s) : 0;
          case JMP32 | JSET | K -> pc += ((int) r[dst] & (int) imm(s)) != 0 ? off(s) : 0;
          case JMP | JSET | X -> pc += (r[dst] & r[src(s)]) != 0 ? off(s) : 0;
          case JMP32 | JSET | X -> pc += ((int) r[dst] & (int) r[src(s)]) != 0 ? off(s) : 0;
          case JMP | JGT | K -> pc += Long.compareUnsigned(r[dst], imm(s)) > 0 ? off(s) : 0;
          case JMP32 | JGT | K ->
              pc += Integer.compareUnsigned((int) r[dst], (int) imm(s)) > 0 ? off(s) : 0;
          case JMP | JGT | X -> pc += Long.compareUnsigned(r[dst], r[src(s)]) > 0 ? off(s) : 0;
          case JMP32 | JGT | X ->
              pc += Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) > 0 ? off(s) : 0;
          case JMP | JGE | K -> pc += Long.compareUnsigned(r[dst], imm(s)) >= 0 ? off(s) : 0;
          case JMP32 | JGE | K ->
              pc += Integer.compareUnsigned((int) r[dst], (int) imm(s)) >= 0 ? off(s) : 0;
          case JMP | JGE | X -> pc += Long.compareUnsigned(r[dst], r[src(s)]) >= 0 ? off(s) : 0;
          case JMP32 | JGE | X ->
              pc += Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) >= 0 ? off(s) : 0;
          case JMP | JLT | K -> pc += Long.compareUnsigned(r[dst], imm(s)) < 0 ? off(s) : 0;
          case JMP32 | JLT | K ->
              pc += Integer.compareUnsigned((int) r[dst], (int) imm(s)) < 0 ? off(s) : 0;
          case JMP | JLT | X -> pc += Long.compareUnsigned(r[dst], r[src(s)]) < 0 ? off(s) : 0;
          case JMP32 | JLT | X ->
              pc += Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) < 0 ? off(s) : 0;
          case JMP | JLE | K -> pc += Long.compareUnsigned(r[dst], imm(s)) <= 0 ? off(s) : 0;
          case JMP32 | JLE | K ->
              pc += Integer.compareUnsigned((int) r[dst], (int) imm(s)) <= 0 ? off(s) : 0;
          case JMP | JLE | X -> pc += Long.compareUnsigned(r[dst], r[src(s)]) <= 0 ? off(s) : 0;
          case JMP32 | JLE | X ->
              pc += Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) <= 0 ? off(s) : 0;
          case JMP | JSGT | K -> pc += r[dst] > imm(s) ? off(s) : 0;
          case JMP32 | JSGT | K -> pc += (int) r[dst] > (int) imm(s) ? off(s) : 0;
          case JMP | JSGT | X -> pc += r[dst] > r[src(s)] ? off(s) : 0;
          case JMP32 | JSGT | X -> pc += (int) r[dst] > (int) r[src(s)] ? off(s) : 0;
          case JMP | JSGE | K -> pc += r[dst] >= imm(s) ? off(s) : 0;
          case JMP32 | JSGE | K -> pc += (int) r[dst] >= (int) imm(s) ? off(s) : 0;
          case JMP | JSGE | X -> pc += r[dst] >= r[src(s)] ? off(s) : 0;
          case JMP32 | JSGE | X -> pc += (int) r[dst] >= (int) r[src(s)] ? off(s) : 0;
          case JMP | JSLT | K -> pc += r[dst] < imm(s) ? off(s) : 0;
          case JMP32 | JSLT | K -> pc += (int) r[dst] < (int) imm(s) ? off(s) : 0;
          case JMP | JSLT | X -> pc += r[dst] < r[src(s)] ? off(s) : 0;
          case JMP32 | JSLT | X -> pc += (int) r[dst] < (int) r[src(s)] ? off(s) : 0;
          case JMP | JSLE | K -> pc += r[dst] <= imm(s) ? off(s) : 0;
          case JMP32 | JSLE | K -> pc += (int) r[dst] <= (int) imm(s) ? off(s) : 0;
          case JMP | JSLE | X -> pc += r[dst] <= r[src(s)] ? off(s) : 0;
          case JMP32 | JSLE | X -> pc += (int) r[dst] <= (int) r[src(s)] ? off(s) : 0;
          case JUMP -> pc += off(s);
          case JUMP_LONG -> pc += (int) imm(s);
          case JUMP_INDIRECT -> pc = code.target(memory, r[dst]);
          case LDX | MEM | B -> {
            long address = r[src(s)] + off(s);
            r[dst] = memory.at(address).load8((int) address);
          }
          case LDX | MEM | H -> {
            long address = r[src(s)] + off(s);
            r[dst] = memory.at(address).load16((int) address);
          }
          case LDX | MEM | W -> {
            long address = r[src(s)] + off(s);
            r[dst] = memory.at(address).load32((int) address);
          }
          case LDX | MEM | DW -> {
            long address = r[src(s)] + off(s);
            r[dst] = memory.at(address).load64((int) address);
          }
          case LDX | MEMSX | B -> {
            long address = r[src(s)] + off(s);
            r[dst] = (byte) memory.at(address).load8((int) address);
          }
          case LDX | MEMSX | H -> {
            long address = r[src(s)] + off(s);
            r[dst] = (short) memory.at(address).load16((int) address);
          }
          case LDX | MEMSX | W -> {
            long address = r[src(s)] + off(s);
            r[dst] = (int) memory.at(address).load32((int) address);
          }
          case STX | MEM | B -> {
            long address = r[dst] + off(s);
            memory.at(address).store8((int) address, r[src(s)]);
          }
          case ST | MEM | B -> {
            long address = r[dst] + off(s);
            memory.at(address).store8((int) address, imm(s));
          }
          case STX | MEM | H -> {
            long address = r[dst] + off(s);
            memory.at(address).store16((int) address, r[src(s)]);
          }
          case ST | MEM | H -> {
            long address = r[dst] + off(s);
            memory.at(address).store16((int) address, imm(s));
          }
          case STX | MEM | W -> {
            long address = r[dst] + off(s);
            memory.at(address).store32((int) address, r[src(s)]);
          }
          case ST | MEM | W -> {
            long address = r[dst] + off(s);
            memory.at(address).store32((int) address, imm(s));
          }
          case STX | MEM | DW -> {
            long address = r[dst] + off(s);
            memory.at(address).store64((int) address, r[src(s)]);
          }
          case ST | MEM | DW -> {
            long address = r[dst] + off(s);
            memory.at(address).store64((int) address, imm(s));
          }
          case LD_IMM64 -> {
            r[dst] = (s >>> 32) | (slots[pc] & ~U32);
            pc++;
          }
          case STX | ATOMIC | W, STX | ATOMIC | DW, STX | ATOMIC | H, STX | ATOMIC | B ->
              Atomics.execute(memory, s, r);
          case LD | ABS | W,
              LD | ABS | H,
              LD | ABS | B,
              LD | IND | W,
              LD | IND | H,
              LD | IND | B -> {
            long offset = imm(s) + (((int) s & MODE_MASK) == IND ? r[src(s)] : 0);
            r[0] = packet(memory, r[PACKET], (int) offset, (int) s & SIZE_MASK);
            if (r[0] < 0) {
              run.setStepsLeft(left);
              code.use(begin - left);
              return 0;
            }
          }
          case MAY_GOTO -> {
            if (--rounds < 0) {
              pc += off(s);
            }
          }
          case CALL -> {
            run.setStepsLeft(left);
            code.use(begin - left);
            if (src(s) == PSEUDO_CALL) {
              r[0] = execute(run, code, pc + (int) imm(s), r[1], r[2], r[3], r[4], r[5]);
            } else if (code.call(pc - 1) instanceof TailCall call) {
              var next = tailCall(run, call, r);
              if (next != null) {
                run.clear();
                var compiled = listener == null ? next.compiled(memory, 0) : null;
                if (compiled != null) {
                  return compiled.execute(run, 0, r[FRAME_POINTER], r[1], r[2], r[3], r[4], r[5]);
                }
                code = next;
                slots = code.slots();
                pc = 0;
                rounds = ROUNDS;
                r[0] = 0;
                Arrays.fill(r, FIRST_KEPT, FRAME_POINTER, 0);
              }
            } else {
              r[0] = helper(code, pc - 1, r).call(run, r[1], r[2], r[3], r[4], r[5]);
            }
            left = run.stepsLeft();
            begin = left;
          }
          case Code.CALL_REGISTER -> {
            run.setStepsLeft(left);
            r[0] = indirectCall(run, code, pc - 1, r[dst], r);
            left = run.stepsLeft();
            begin = left;
          }
          case EXIT -> {
            run.setStepsLeft(left);
            code.use(begin - left);
            return r[0];
          }
          case Code.WRITES_FRAME_POINTER ->
              throw new Fault(code, pc - 1, r, "the instruction writes to r10");
          default ->
              throw new Fault(code, pc - 1, r, "the interpreter does not know the instruction");
        }
      }
    } catch (MemoryFault fault) {
      throw new Fault(code, pc - 1, r, fault);
    }
  }

  private static long move(Code code, long value, int offset, int spaces) {
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
