package org.ebpf4j.insn;

/// What one instruction says, as a value. It never changes, and any thread may use it.
///
/// Each record stands for exactly one encoding, so decoding and encoding are inverse. Fields that
/// an instruction does not use are zero; a slot where they are not, or whose opcode or register
/// does not exist, is an [Unknown], which keeps its bits. Jump distances count slots from the slot
/// after the jump.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669">RFC 9669, BPF Instruction Set
///   Architecture</a>
public sealed interface Instruction {
  /// The number of slots that the instruction takes: 2 for a [LoadImmediate64], else 1.
  default int slots() {
    return this instanceof LoadImmediate64 ? 2 : 1;
  }

  /// `dst = dst operation source`.
  record Alu(AluOperation operation, Width width, Register dst, Operand source)
      implements Instruction {}

  /// `dst = source`, from a register maybe through a narrower signed type.
  ///
  /// @param extension the signed type that the source is cut to first; from 32 bits only in a
  ///   64-bit move, and of a constant none
  record Move(Width width, Register dst, Operand source, Extension extension)
      implements Instruction {
    /// Refuses an extension that has no encoding.
    ///
    /// @throws IllegalArgumentException for an extension of a constant, or from 32 bits to 32
    public Move {
      if (extension != Extension.NONE
          && (source instanceof Immediate || (extension == Extension.S32 && width == Width.W32))) {
        throw new IllegalArgumentException(
            "no " + width.bits() + "-bit move of " + source + " extends from " + extension);
      }
    }

    /// A move of all bits.
    public Move(Width width, Register dst, Operand source) {
      this(width, dst, source, Extension.NONE);
    }
  }

  /// The sign extension of a move.
  enum Extension {
    NONE(0),
    S8(8),
    S16(16),
    S32(32);

    private final int bits;

    Extension(int bits) {
      this.bits = bits;
    }

    /// The width that is extended from, or 0; this is also the offset field of the move.
    public int bits() {
      return bits;
    }
  }

  /// A pointer of one address space into another: `dst = (to)(from)src`. Space 1 is a BPF arena,
  /// and 0 the kernel's.
  ///
  /// @param to the space of the result, 0 to 65535
  /// @param from the space of the source, 0 to 65535
  record AddressSpaceCast(Register dst, Register src, int to, int from) implements Instruction {
    /// Refuses numbers that do not fit.
    ///
    /// @throws IllegalArgumentException unless both spaces fit in 16 bits, unsigned
    public AddressSpaceCast {
      requireU16(to);
      requireU16(from);
    }
  }

  /// `dst = -dst`.
  record Negate(Width width, Register dst) implements Instruction {}

  /// The low bytes of `dst` in another order, and zeroes above them.
  ///
  /// @param size how many bytes, at least 2
  record ByteSwap(Target target, Size size, Register dst) implements Instruction {
    /// Refuses the swap of one byte.
    ///
    /// @throws IllegalArgumentException if the size is [Size#U8]
    public ByteSwap {
      if (size == Size.U8) {
        throw new IllegalArgumentException("one byte cannot be swapped");
      }
    }

    /// The order that bytes are brought into.
    public enum Target {
      /// No swap on a little-endian machine, only the cut.
      LITTLE_ENDIAN(Opcode.TO_LE),
      /// No swap on a big-endian machine, only the cut.
      BIG_ENDIAN(Opcode.TO_BE),
      /// The reverse of what it was, on any machine.
      REVERSED(Opcode.BSWAP);

      private final int opcode;

      Target(int opcode) {
        this.opcode = opcode;
      }

      int opcode() {
        return opcode;
      }
    }
  }

  /// A 64-bit value into a register; the one instruction of two slots.
  ///
  /// @param pseudo what the value stands for: 0 for a plain number, else a `PSEUDO_…` value of
  ///   [Opcode], 0 to 15
  /// @param value both immediates, that of the first slot in the low half
  record LoadImmediate64(Register dst, int pseudo, long value) implements Instruction {
    /// Refuses a pseudo value that does not fit.
    ///
    /// @throws IllegalArgumentException unless the pseudo value is 0 to 15
    public LoadImmediate64 {
      if (pseudo < 0 || pseudo > 0xf) {
        throw new IllegalArgumentException("pseudo value " + pseudo + " is not 0 to 15");
      }
    }

    /// A plain number.
    public LoadImmediate64(Register dst, long value) {
      this(dst, 0, value);
    }

    /// The immediate of the first slot, such as a descriptor.
    public int low() {
      return (int) value;
    }

    /// The immediate of the second slot, such as an offset into a map's value.
    public int high() {
      return (int) (value >>> Integer.SIZE);
    }
  }

  /// Bytes of the packet into `R0`, in host order; ends the program if the packet is too short. The
  /// packet is the socket buffer in `R6`. Legacy, from classic BPF.
  sealed interface LoadPacket extends Instruction {
    /// How many bytes; never [Size#U64].
    Size size();

    /// At a fixed offset.
    record Absolute(Size size, int offset) implements LoadPacket {
      /// Refuses eight bytes.
      ///
      /// @throws IllegalArgumentException if the size is [Size#U64]
      public Absolute {
        requireAtMost32(size);
      }
    }

    /// At an offset from a register.
    record Indirect(Size size, Register index, int offset) implements LoadPacket {
      /// Refuses eight bytes.
      ///
      /// @throws IllegalArgumentException if the size is [Size#U64]
      public Indirect {
        requireAtMost32(size);
      }
    }
  }

  /// `dst = *(size *)(base + offset)`.
  ///
  /// @param signed whether the value is sign-extended to 64 bits; else it is zero-extended
  /// @param offset signed, 16 bits
  record Load(Size size, boolean signed, Register dst, Register base, int offset)
      implements Instruction {
    /// Refuses what has no encoding.
    ///
    /// @throws IllegalArgumentException if the offset does not fit in 16 bits, or for a signed load
    ///   of [Size#U64]
    public Load {
      requireS16(offset);
      if (signed && size == Size.U64) {
        throw new IllegalArgumentException("a load of 64 bits has nothing to sign-extend");
      }
    }

    /// A zero-extending load.
    public Load(Size size, Register dst, Register base, int offset) {
      this(size, false, dst, base, offset);
    }
  }

  /// `*(size *)(base + offset) = source`.
  ///
  /// @param offset signed, 16 bits
  record StoreRegister(Size size, Register base, int offset, Register source)
      implements Instruction {
    /// Refuses an offset that does not fit.
    ///
    /// @throws IllegalArgumentException if the offset does not fit in 16 bits
    public StoreRegister {
      requireS16(offset);
    }
  }

  /// `*(size *)(base + offset) = value`, sign-extended for [Size#U64].
  ///
  /// @param offset signed, 16 bits
  record StoreImmediate(Size size, Register base, int offset, int value) implements Instruction {
    /// Refuses an offset that does not fit.
    ///
    /// @throws IllegalArgumentException if the offset does not fit in 16 bits
    public StoreImmediate {
      requireS16(offset);
    }
  }

  /// An atomic operation on `*(size *)(base + offset)`.
  ///
  /// @param size 32 or 64 bits; 8 and 16 too for [AtomicOperation#LOAD_ACQUIRE] and
  ///   [AtomicOperation#STORE_RELEASE]
  /// @param offset signed, 16 bits
  /// @param register the operand, and the destination of what is fetched or loaded; it stands in
  ///   the source field, but of a [AtomicOperation#LOAD_ACQUIRE] in the destination field
  record Atomic(AtomicOperation operation, Size size, Register base, int offset, Register register)
      implements Instruction {
    /// Refuses what has no encoding.
    ///
    /// @throws IllegalArgumentException if the offset does not fit in 16 bits, or the operation is
    ///   not there for the size
    public Atomic {
      requireS16(offset);
      if (!operation.allows(size)) {
        throw new IllegalArgumentException("no atomic " + operation + " of " + size);
      }
    }
  }

  /// A jump that depends on no comparison.
  sealed interface Jump extends Instruction {
    /// A jump by a distance of 16 bits.
    record Goto(int offset) implements Jump {
      /// Refuses a distance that does not fit.
      ///
      /// @throws IllegalArgumentException if the distance does not fit in 16 bits
      public Goto {
        requireS16(offset);
      }
    }

    /// A jump by a distance of 32 bits, `gotol`.
    record GotoLong(int offset) implements Jump {}

    /// A jump that is taken only once the kernel thinks that a loop has gone on for too long.
    record MayGoto(int offset) implements Jump {
      /// Refuses a distance that does not fit.
      ///
      /// @throws IllegalArgumentException if the distance does not fit in 16 bits
      public MayGoto {
        requireS16(offset);
      }
    }

    /// A jump to the address in a register, `gotox`.
    record GotoIndirect(Register target) implements Jump {}
  }

  /// `if left condition right goto offset`.
  ///
  /// @param offset signed, 16 bits
  record JumpIf(Condition condition, Width width, Register left, Operand right, int offset)
      implements Instruction {
    /// Refuses a distance that does not fit.
    ///
    /// @throws IllegalArgumentException if the distance does not fit in 16 bits
    public JumpIf {
      requireS16(offset);
    }
  }

  /// A call: arguments in `R1` to `R5`, which it destroys, and the result in `R0`.
  sealed interface Call extends Instruction {
    /// A call of a helper function of the kernel; [HelperFunction] has their names.
    record Helper(int id) implements Call {}

    /// A call of a subprogram of the same program.
    ///
    /// @param offset the distance to its first slot; −1 in an object file that is not linked yet
    record Subprogram(int offset) implements Call {}

    /// A call of a kernel function by its BTF id.
    ///
    /// @param moduleIndex 0 for the kernel itself, else an index into the BTF descriptors given at
    ///   load; signed, 16 bits
    record Kfunc(int btfId, int moduleIndex) implements Call {
      /// Refuses an index that does not fit.
      ///
      /// @throws IllegalArgumentException if the index does not fit in 16 bits
      public Kfunc {
        requireS16(moduleIndex);
      }

      /// A function of the kernel itself.
      public Kfunc(int btfId) {
        this(btfId, 0);
      }
    }
  }

  /// The end of the program or subprogram, with its result in `R0`.
  record Exit() implements Instruction {}

  /// A slot that is no instruction, as it stands. Also the second slot of a wide instruction, when
  /// it is looked at alone, and a wide opcode without a proper second slot.
  record Unknown(long slot) implements Instruction {}

  private static void requireS16(int value) {
    if (value != (short) value) {
      throw new IllegalArgumentException(value + " does not fit in 16 bits, signed");
    }
  }

  private static void requireU16(int value) {
    if (value != (value & 0xffff)) {
      throw new IllegalArgumentException(value + " does not fit in 16 bits, unsigned");
    }
  }

  private static void requireAtMost32(Size size) {
    if (size == Size.U64) {
      throw new IllegalArgumentException("no load of 64 bits from a packet");
    }
  }
}
