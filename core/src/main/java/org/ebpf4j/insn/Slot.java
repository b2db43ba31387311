package org.ebpf4j.insn;

/// One 8-byte instruction slot, held in a `long`. Its functions are pure, and any thread may call
/// them.
///
/// The fields lie where a little-endian 64-bit read of a little-endian instruction puts them,
/// whatever the byte order of the file or the machine: opcode in bits 0–7, destination register
/// 8–11, source register 12–15, offset 16–31 (signed), immediate 32–63 (signed). In big-endian
/// bytes the two register nibbles are swapped as well; [Instructions] takes care of that.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669#section-3.2">RFC 9669, section 3.2</a>
public final class Slot {
  /// Bytes in a slot.
  public static final int BYTES = 8;

  private static final int DST_SHIFT = 8;
  private static final int SRC_SHIFT = 12;
  private static final int OFFSET_SHIFT = 16;
  private static final int IMM_SHIFT = 32;

  private Slot() {}

  /// The slot with these fields. Each is cut to its width: 8, 4, 4, 16 and 32 bits.
  public static long of(int opcode, int dst, int src, int offset, int imm) {
    return (opcode & 0xffL)
        | (dst & 0xfL) << DST_SHIFT
        | (src & 0xfL) << SRC_SHIFT
        | (offset & 0xffffL) << OFFSET_SHIFT
        | (long) imm << IMM_SHIFT;
  }

  /// The opcode, 0 to 255.
  public static int opcode(long slot) {
    return (int) (slot & 0xff);
  }

  /// The number of the destination register, 0 to 15. Only 0 to 10 are registers.
  public static int dst(long slot) {
    return (int) (slot >>> DST_SHIFT) & 0xf;
  }

  /// The number of the source register, or a pseudo value, 0 to 15.
  public static int src(long slot) {
    return (int) (slot >>> SRC_SHIFT) & 0xf;
  }

  /// The signed 16-bit offset.
  public static short offset(long slot) {
    return (short) (slot >>> OFFSET_SHIFT);
  }

  /// The signed 32-bit immediate.
  public static int imm(long slot) {
    return (int) (slot >>> IMM_SHIFT);
  }

  /// Whether the opcode is that of the one instruction of two slots, the 64-bit load.
  public static boolean isWide(long slot) {
    return opcode(slot) == Opcode.LD_IMM64;
  }

  /// The slot with another opcode.
  public static long withOpcode(long slot, int opcode) {
    return (slot & ~0xffL) | (opcode & 0xffL);
  }

  /// The slot with another source register field.
  public static long withSrc(long slot, int src) {
    return (slot & ~(0xfL << SRC_SHIFT)) | (src & 0xfL) << SRC_SHIFT;
  }

  /// The slot with another offset, cut to 16 bits.
  public static long withOffset(long slot, int offset) {
    return (slot & ~(0xffffL << OFFSET_SHIFT)) | (offset & 0xffffL) << OFFSET_SHIFT;
  }

  /// The slot with another immediate.
  public static long withImm(long slot, int imm) {
    return (slot & 0xffff_ffffL) | (long) imm << IMM_SHIFT;
  }
}
