package org.ebpf4j.contract;

import java.util.Map;
import org.ebpf4j.insn.Opcode;

/// The names that tables of instructions and vectors of conformance have for operations, and what
/// is in the opcode of each.
public final class Mnemonics {
  /// Arithmetic, without its class. `sdiv` and `smod` have [Opcode#OFFSET_SIGNED] besides.
  public static final Map<String, Integer> ARITHMETIC =
      Map.ofEntries(
          Map.entry("add", Opcode.ADD),
          Map.entry("sub", Opcode.SUB),
          Map.entry("mul", Opcode.MUL),
          Map.entry("div", Opcode.DIV),
          Map.entry("sdiv", Opcode.DIV),
          Map.entry("or", Opcode.OR),
          Map.entry("and", Opcode.AND),
          Map.entry("lsh", Opcode.LSH),
          Map.entry("rsh", Opcode.RSH),
          Map.entry("neg", Opcode.NEG),
          Map.entry("mod", Opcode.MOD),
          Map.entry("smod", Opcode.MOD),
          Map.entry("xor", Opcode.XOR),
          Map.entry("mov", Opcode.MOV),
          Map.entry("arsh", Opcode.ARSH));

  /// Conditional jumps, without their class.
  public static final Map<String, Integer> JUMPS =
      Map.ofEntries(
          Map.entry("jeq", Opcode.JEQ),
          Map.entry("jgt", Opcode.JGT),
          Map.entry("jge", Opcode.JGE),
          Map.entry("jset", Opcode.JSET),
          Map.entry("jne", Opcode.JNE),
          Map.entry("jsgt", Opcode.JSGT),
          Map.entry("jsge", Opcode.JSGE),
          Map.entry("jlt", Opcode.JLT),
          Map.entry("jle", Opcode.JLE),
          Map.entry("jslt", Opcode.JSLT),
          Map.entry("jsle", Opcode.JSLE));

  /// What atomic operations have as their number.
  public static final Map<String, Integer> ATOMICS =
      Map.of(
          "add", Opcode.ADD,
          "or", Opcode.OR,
          "and", Opcode.AND,
          "xor", Opcode.XOR,
          "xchg", Opcode.XCHG,
          "cmpxchg", Opcode.CMPXCHG);

  /// The sizes of accesses to memory.
  public static final Map<String, Integer> SIZES =
      Map.of("b", Opcode.B, "h", Opcode.H, "w", Opcode.W, "dw", Opcode.DW);

  private Mnemonics() {}
}
