package org.ebpf4j.insn;

/// The numbers of the instruction set: parts of an opcode, whole opcodes, and the values that give
/// another meaning to the source register field, the offset or the immediate. Its functions are
/// pure, and any thread may call them.
///
/// An opcode is `class | size | mode` for loads and stores, and `class | source | operation` for
/// arithmetic and jumps.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669">RFC 9669, BPF Instruction Set
///   Architecture</a>
/// @see <a
///   href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/bpf.h">
///   include/uapi/linux/bpf.h</a>, and `bpf_common.h` beside it
public final class Opcode {
  // Instruction classes, bits 0-2 (RFC 9669 section 3.3; JMP32 and ALU64 took the place of RET and
  // MISC of classic BPF).
  public static final int CLASS_MASK = 0x07;
  public static final int LD = 0x00;
  public static final int LDX = 0x01;
  public static final int ST = 0x02;
  public static final int STX = 0x03;
  public static final int ALU = 0x04;
  public static final int JMP = 0x05;
  public static final int JMP32 = 0x06;
  public static final int ALU64 = 0x07;

  // Sizes of loads and stores, bits 3-4 (section 5).
  public static final int SIZE_MASK = 0x18;
  public static final int W = 0x00;
  public static final int H = 0x08;
  public static final int B = 0x10;
  public static final int DW = 0x18;

  // Modes of loads and stores, bits 5-7 (section 5). ABS and IND are legacy packet access.
  public static final int MODE_MASK = 0xe0;
  public static final int IMM = 0x00;
  public static final int ABS = 0x20;
  public static final int IND = 0x40;
  public static final int MEM = 0x60;
  public static final int MEMSX = 0x80;
  public static final int ATOMIC = 0xc0;

  // Source of arithmetic and jumps, bit 3: immediate or register (section 4).
  public static final int SOURCE_MASK = 0x08;
  public static final int K = 0x00;
  public static final int X = 0x08;

  // Operations of arithmetic, bits 4-7 (section 4.1).
  public static final int OPERATION_MASK = 0xf0;
  public static final int ADD = 0x00;
  public static final int SUB = 0x10;
  public static final int MUL = 0x20;
  public static final int DIV = 0x30;
  public static final int OR = 0x40;
  public static final int AND = 0x50;
  public static final int LSH = 0x60;
  public static final int RSH = 0x70;
  public static final int NEG = 0x80;
  public static final int MOD = 0x90;
  public static final int XOR = 0xa0;
  public static final int MOV = 0xb0;
  public static final int ARSH = 0xc0;
  public static final int END = 0xd0;

  // Offsets that change what an arithmetic operation does: signed division and remainder, and, of a
  // 64-bit move between registers, a change of address space (of an arena).
  public static final int OFFSET_SIGNED = 1;
  public static final int OFFSET_ADDR_SPACE_CAST = 1;

  // Operations of jumps, bits 4-7 (section 4.3). JCOND is Linux's, for may_goto.
  public static final int JA = 0x00;
  public static final int JEQ = 0x10;
  public static final int JGT = 0x20;
  public static final int JGE = 0x30;
  public static final int JSET = 0x40;
  public static final int JNE = 0x50;
  public static final int JSGT = 0x60;
  public static final int JSGE = 0x70;
  public static final int JLT = 0xa0;
  public static final int JLE = 0xb0;
  public static final int JSLT = 0xc0;
  public static final int JSLE = 0xd0;
  public static final int JCOND = 0xe0;

  // Immediates of atomic operations (section 5.3). The last two are Linux's.
  public static final int FETCH = 0x01;
  public static final int XCHG = 0xe0 | FETCH;
  public static final int CMPXCHG = 0xf0 | FETCH;
  public static final int LOAD_ACQ = 0x100;
  public static final int STORE_REL = 0x110;

  // Whole opcodes.
  /// A 64-bit constant, map, variable, function or symbol into a register; the one wide
  /// instruction.
  public static final int LD_IMM64 = LD | IMM | DW;

  /// `goto` with a 16-bit offset.
  public static final int JUMP = JMP | JA | K;

  /// `gotol`: a jump with a 32-bit offset, held in the immediate.
  public static final int JUMP_LONG = JMP32 | JA | K;

  /// `gotox`: a jump to the address in a register, which came from an instruction array map.
  public static final int JUMP_INDIRECT = JMP | JA | X;

  /// `may_goto`: a jump that the kernel takes once a loop has gone on for too long.
  public static final int MAY_GOTO = JMP | JCOND | K;

  /// A call of a helper function, a subprogram or a kfunc, by the source register field.
  public static final int CALL = 0x85;

  /// The end of a program or subprogram.
  public static final int EXIT = 0x95;

  /// A 64-bit move of an immediate.
  public static final int MOV64_IMM = ALU64 | MOV | K;

  /// A 64-bit move between registers.
  public static final int MOV64_REG = ALU64 | MOV | X;

  /// A 32-bit move of an immediate.
  public static final int MOV32_IMM = ALU | MOV | K;

  /// A 32-bit move between registers.
  public static final int MOV32_REG = ALU | MOV | X;

  /// A 64-bit addition of an immediate.
  public static final int ADD64_IMM = ALU64 | ADD | K;

  /// To little-endian.
  public static final int TO_LE = ALU | END | K;

  /// To big-endian.
  public static final int TO_BE = ALU | END | X;

  /// Bytes in reverse order, whatever the machine's order.
  public static final int BSWAP = ALU64 | END | K;

  // Values of the source register field of LD_IMM64.
  /// The immediate is the file descriptor of a map.
  public static final int PSEUDO_MAP_FD = 1;

  /// The immediate is the file descriptor of a map, the next one an offset into its first value.
  public static final int PSEUDO_MAP_VALUE = 2;

  /// The immediate is the BTF id of a kernel variable, the next one the descriptor of its BTF.
  public static final int PSEUDO_BTF_ID = 3;

  /// The immediate is the distance in slots, from the next slot, to a subprogram.
  public static final int PSEUDO_FUNC = 4;

  /// The immediate is an index into the array of descriptors given at load.
  public static final int PSEUDO_MAP_IDX = 5;

  /// As [#PSEUDO_MAP_VALUE], with an index as in [#PSEUDO_MAP_IDX].
  public static final int PSEUDO_MAP_IDX_VALUE = 6;

  // Values of the source register field of CALL; 0 calls a helper function.
  /// The immediate is the distance in slots, from the next slot, to a subprogram.
  public static final int PSEUDO_CALL = 1;

  /// The immediate is the BTF id of a kernel function.
  public static final int PSEUDO_KFUNC_CALL = 2;

  private Opcode() {}
}
