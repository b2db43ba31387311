package org.ebpf4j.vm.internal.machine;

import static org.ebpf4j.insn.Opcode.*;
import static org.ebpf4j.vm.internal.machine.Interpreter.U32;
import static org.ebpf4j.vm.internal.machine.Interpreter.imm;
import static org.ebpf4j.vm.internal.machine.Interpreter.off;
import static org.ebpf4j.vm.internal.machine.Interpreter.src;

/// The instructions as the interpreter executes them. Only jumps count, and HotSpot sees how many
/// registers there are: 2.7 ns for an instruction, which would be 4.6 (`bench/virtual`).
final class Stretch {
  private Stretch() {}

  /// Executes instructions until there were enough for once, or the function ends.
  @SuppressWarnings({"StatementSwitchToExpressionSwitch", "LabelledBreakTarget"})
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
                    off(s) == 0
                        ? r[src(s)]
                        : Interpreter.move(function.code, r[src(s)], off(s), (int) imm(s));
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
              function.count(pc, end);
              function.stop(pc + (int) imm(s), r);
              return;
            }
            case JUMP_INDIRECT -> {
              int target = function.code.target(memory, r[dst]);
              function.count(pc, end);
              function.stop(target, r);
              return;
            }
            case LDX | MEM | B -> r[dst] = memory.load8(r[src(s)] + off(s));
            case LDX | MEM | H -> r[dst] = memory.load16(r[src(s)] + off(s));
            case LDX | MEM | W -> r[dst] = memory.load32(r[src(s)] + off(s));
            case LDX | MEM | DW -> r[dst] = memory.load64(r[src(s)] + off(s));
            case LDX | MEMSX | B -> r[dst] = (byte) memory.load8(r[src(s)] + off(s));
            case LDX | MEMSX | H -> r[dst] = (short) memory.load16(r[src(s)] + off(s));
            case LDX | MEMSX | W -> r[dst] = (int) memory.load32(r[src(s)] + off(s));
            case STX | MEM | B -> memory.store8(r[dst] + off(s), r[src(s)]);
            case ST | MEM | B -> memory.store8(r[dst] + off(s), imm(s));
            case STX | MEM | H -> memory.store16(r[dst] + off(s), r[src(s)]);
            case ST | MEM | H -> memory.store16(r[dst] + off(s), imm(s));
            case STX | MEM | W -> memory.store32(r[dst] + off(s), r[src(s)]);
            case ST | MEM | W -> memory.store32(r[dst] + off(s), imm(s));
            case STX | MEM | DW -> memory.store64(r[dst] + off(s), r[src(s)]);
            case ST | MEM | DW -> memory.store64(r[dst] + off(s), imm(s));
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
              r[0] = Interpreter.packet(memory, s, r);
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
      if (!function.code.readsZero(pc - 1, fault.address())) {
        throw new Fault(function.code, pc - 1, r, fault);
      }
      r[(int) (slots[pc - 1] >>> 8) & 15] = 0;
      function.count(pc, end);
      function.stop(pc, r);
    }
  }
}
