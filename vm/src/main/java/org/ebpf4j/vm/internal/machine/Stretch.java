package org.ebpf4j.vm.internal.machine;

import static org.ebpf4j.insn.Opcode.*;

/// The instructions as the interpreter executes them: a case for each.
///
/// Only jumps count what was executed. So nothing but the instructions themselves is done between
/// them, and what is used again and again nearly fits into the registers of a machine. The array of
/// the registers is made here, as the compiler then knows its size and drops the checks of their
/// numbers.
final class Stretch {
  private static final long U32 = 0xffff_ffffL;

  /// The register that says of which packet `ld_abs` and `ld_ind` read.
  private static final int PACKET = 6;

  private Stretch() {}

  private static int src(long s) {
    return (int) (s >>> 12) & 15;
  }

  private static int off(long s) {
    return (short) (s >>> 16);
  }

  private static long imm(long s) {
    return s >> 32;
  }

  /// Executes instructions until there were enough for once, or the function ends.
  @SuppressWarnings("StatementSwitchToExpressionSwitch")
  static void execute(Activation function) {
    var slots = function.slots();
    var memory = function.run.memory();
    var r = new long[Activation.REGISTERS];
    System.arraycopy(function.registers, 0, r, 0, Activation.REGISTERS);
    int pc = function.pc;
    int end = function.begin(pc);
    try {
      while (true) {
        long s = slots[pc++];
        int dst = (int) (s >>> 8) & 15;
        jump:
        {
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
            case ALU | MOD | X ->
                r[dst] = Alu.remainder((int) r[dst], (int) r[src(s)], off(s)) & U32;
            case ALU64 | MOV | K -> r[dst] = imm(s);
            case ALU64 | MOV | X ->
                r[dst] =
                    off(s) == 0 ? r[src(s)] : move(function.code, r[src(s)], off(s), (int) imm(s));
            case ALU | MOV | K -> r[dst] = imm(s) & U32;
            case ALU | MOV | X ->
                r[dst] = (off(s) == 0 ? r[src(s)] : Alu.move(r[src(s)], off(s))) & U32;
            case ALU64 | NEG -> r[dst] = -r[dst];
            case ALU | NEG -> r[dst] = -r[dst] & U32;
            case TO_LE -> r[dst] = Alu.cut(r[dst], (int) imm(s));
            case TO_BE, BSWAP -> r[dst] = Alu.swap(r[dst], (int) imm(s));
            case JMP | JEQ | K -> {
              if (r[dst] == imm(s)) {
                break jump;
              }
            }
            case JMP32 | JEQ | K -> {
              if ((int) r[dst] == (int) imm(s)) {
                break jump;
              }
            }
            case JMP | JEQ | X -> {
              if (r[dst] == r[src(s)]) {
                break jump;
              }
            }
            case JMP32 | JEQ | X -> {
              if ((int) r[dst] == (int) r[src(s)]) {
                break jump;
              }
            }
            case JMP | JNE | K -> {
              if (r[dst] != imm(s)) {
                break jump;
              }
            }
            case JMP32 | JNE | K -> {
              if ((int) r[dst] != (int) imm(s)) {
                break jump;
              }
            }
            case JMP | JNE | X -> {
              if (r[dst] != r[src(s)]) {
                break jump;
              }
            }
            case JMP32 | JNE | X -> {
              if ((int) r[dst] != (int) r[src(s)]) {
                break jump;
              }
            }
            case JMP | JSET | K -> {
              if ((r[dst] & imm(s)) != 0) {
                break jump;
              }
            }
            case JMP32 | JSET | K -> {
              if (((int) r[dst] & (int) imm(s)) != 0) {
                break jump;
              }
            }
            case JMP | JSET | X -> {
              if ((r[dst] & r[src(s)]) != 0) {
                break jump;
              }
            }
            case JMP32 | JSET | X -> {
              if (((int) r[dst] & (int) r[src(s)]) != 0) {
                break jump;
              }
            }
            case JMP | JGT | K -> {
              if (Long.compareUnsigned(r[dst], imm(s)) > 0) {
                break jump;
              }
            }
            case JMP32 | JGT | K -> {
              if (Integer.compareUnsigned((int) r[dst], (int) imm(s)) > 0) {
                break jump;
              }
            }
            case JMP | JGT | X -> {
              if (Long.compareUnsigned(r[dst], r[src(s)]) > 0) {
                break jump;
              }
            }
            case JMP32 | JGT | X -> {
              if (Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) > 0) {
                break jump;
              }
            }
            case JMP | JGE | K -> {
              if (Long.compareUnsigned(r[dst], imm(s)) >= 0) {
                break jump;
              }
            }
            case JMP32 | JGE | K -> {
              if (Integer.compareUnsigned((int) r[dst], (int) imm(s)) >= 0) {
                break jump;
              }
            }
            case JMP | JGE | X -> {
              if (Long.compareUnsigned(r[dst], r[src(s)]) >= 0) {
                break jump;
              }
            }
            case JMP32 | JGE | X -> {
              if (Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) >= 0) {
                break jump;
              }
            }
            case JMP | JLT | K -> {
              if (Long.compareUnsigned(r[dst], imm(s)) < 0) {
                break jump;
              }
            }
            case JMP32 | JLT | K -> {
              if (Integer.compareUnsigned((int) r[dst], (int) imm(s)) < 0) {
                break jump;
              }
            }
            case JMP | JLT | X -> {
              if (Long.compareUnsigned(r[dst], r[src(s)]) < 0) {
                break jump;
              }
            }
            case JMP32 | JLT | X -> {
              if (Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) < 0) {
                break jump;
              }
            }
            case JMP | JLE | K -> {
              if (Long.compareUnsigned(r[dst], imm(s)) <= 0) {
                break jump;
              }
            }
            case JMP32 | JLE | K -> {
              if (Integer.compareUnsigned((int) r[dst], (int) imm(s)) <= 0) {
                break jump;
              }
            }
            case JMP | JLE | X -> {
              if (Long.compareUnsigned(r[dst], r[src(s)]) <= 0) {
                break jump;
              }
            }
            case JMP32 | JLE | X -> {
              if (Integer.compareUnsigned((int) r[dst], (int) r[src(s)]) <= 0) {
                break jump;
              }
            }
            case JMP | JSGT | K -> {
              if (r[dst] > imm(s)) {
                break jump;
              }
            }
            case JMP32 | JSGT | K -> {
              if ((int) r[dst] > (int) imm(s)) {
                break jump;
              }
            }
            case JMP | JSGT | X -> {
              if (r[dst] > r[src(s)]) {
                break jump;
              }
            }
            case JMP32 | JSGT | X -> {
              if ((int) r[dst] > (int) r[src(s)]) {
                break jump;
              }
            }
            case JMP | JSGE | K -> {
              if (r[dst] >= imm(s)) {
                break jump;
              }
            }
            case JMP32 | JSGE | K -> {
              if ((int) r[dst] >= (int) imm(s)) {
                break jump;
              }
            }
            case JMP | JSGE | X -> {
              if (r[dst] >= r[src(s)]) {
                break jump;
              }
            }
            case JMP32 | JSGE | X -> {
              if ((int) r[dst] >= (int) r[src(s)]) {
                break jump;
              }
            }
            case JMP | JSLT | K -> {
              if (r[dst] < imm(s)) {
                break jump;
              }
            }
            case JMP32 | JSLT | K -> {
              if ((int) r[dst] < (int) imm(s)) {
                break jump;
              }
            }
            case JMP | JSLT | X -> {
              if (r[dst] < r[src(s)]) {
                break jump;
              }
            }
            case JMP32 | JSLT | X -> {
              if ((int) r[dst] < (int) r[src(s)]) {
                break jump;
              }
            }
            case JMP | JSLE | K -> {
              if (r[dst] <= imm(s)) {
                break jump;
              }
            }
            case JMP32 | JSLE | K -> {
              if ((int) r[dst] <= (int) imm(s)) {
                break jump;
              }
            }
            case JMP | JSLE | X -> {
              if (r[dst] <= r[src(s)]) {
                break jump;
              }
            }
            case JMP32 | JSLE | X -> {
              if ((int) r[dst] <= (int) r[src(s)]) {
                break jump;
              }
            }
            case JUMP -> {
              break jump;
            }
            case JUMP_LONG -> {
              pc += (int) imm(s);
              end += (int) imm(s);
              if (pc > end) {
                function.count(pc, end);
                function.stop(pc, r);
                return;
              }
            }
            case JUMP_INDIRECT -> {
              int target = function.code.target(memory, r[dst]);
              end += target - pc;
              pc = target;
              if (pc > end) {
                function.count(pc, end);
                function.stop(pc, r);
                return;
              }
            }
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
              end++;
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
              r[0] = Interpreter.packet(memory, r[PACKET], (int) offset, (int) s & SIZE_MASK);
              if (r[0] < 0) {
                function.count(pc, end);
                function.end(0);
                return;
              }
            }
            case MAY_GOTO -> {
              if (!function.goesRound()) {
                break jump;
              }
            }
            case CALL, Code.CALL_REGISTER -> {
              function.count(pc, end);
              if (!Interpreter.call(function, pc, s, r)) {
                return;
              }
              end = function.begin(pc);
            }
            case EXIT -> {
              function.count(pc, end);
              function.end(r[0]);
              return;
            }
            case Code.WRITES_FRAME_POINTER ->
                throw new Fault(function.code, pc - 1, r, "the instruction writes to r10");
            case Code.STOP -> {
              function.count(pc - 1, end);
              function.stop(pc - 1, r);
              return;
            }
            default ->
                throw new Fault(
                    function.code, pc - 1, r, "the interpreter does not know the instruction");
          }
          continue;
        }
        pc += off(s);
        end += off(s);
        if (pc > end) {
          function.count(pc, end);
          function.stop(pc, r);
          return;
        }
      }
    } catch (MemoryFault fault) {
      throw new Fault(function.code, pc - 1, r, fault);
    }
  }

  private static long move(Code code, long value, int offset, int spaces) {
    return offset == OFFSET_ADDR_SPACE_CAST ? code.cast(value, spaces) : Alu.move(value, offset);
  }
}
