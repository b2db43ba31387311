package org.ebpf4j.insn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// A sequence of instruction slots, immutable, as bytes hold it. Positions count slots, so a wide
/// instruction takes two of them; [#forEach] steps over the second.
public final class Instructions {
  private final long[] slots;

  private Instructions(long[] slots) {
    this.slots = slots;
  }

  /// The instructions in these bytes.
  ///
  /// @throws IllegalArgumentException if the length is not a multiple of 8
  public static Instructions read(byte[] bytes, ByteOrder order) {
    return read(ByteBuffer.wrap(bytes).order(order));
  }

  /// The instructions from the buffer's position to its limit, in the buffer's byte order. The
  /// position stays.
  ///
  /// @throws IllegalArgumentException if the length is not a multiple of 8
  public static Instructions read(ByteBuffer buffer) {
    if (buffer.remaining() % Slot.BYTES != 0) {
      throw new IllegalArgumentException(
          buffer.remaining() + " bytes are no whole number of 8-byte instruction slots");
    }
    ByteBuffer source = buffer.slice().order(buffer.order());
    long[] slots = new long[source.remaining() / Slot.BYTES];
    for (int i = 0; i < slots.length; i++) {
      long read = source.getLong();
      slots[i] = source.order() == ByteOrder.LITTLE_ENDIAN ? read : fromBigEndian(read);
    }
    return new Instructions(slots);
  }

  /// The instructions in these slots.
  public static Instructions of(long... slots) {
    return new Instructions(slots.clone());
  }

  /// The encoding of these instructions, one after the other. Distances of jumps are taken as they
  /// are, and count slots.
  public static Instructions assemble(List<? extends Instruction> instructions) {
    long[] slots = new long[instructions.stream().mapToInt(Instruction::slots).sum()];
    int at = 0;
    for (Instruction instruction : instructions) {
      slots[at++] = Encoder.first(instruction);
      if (instruction instanceof Instruction.LoadImmediate64 load) {
        slots[at++] = Encoder.second(load);
      }
    }
    return new Instructions(slots);
  }

  /// The encoding of these instructions, one after the other.
  public static Instructions assemble(Instruction... instructions) {
    return assemble(List.of(instructions));
  }

  /// The number of slots.
  public int size() {
    return slots.length;
  }

  /// The slot at a position.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  public long slot(int index) {
    return slots[Objects.checkIndex(index, slots.length)];
  }

  /// All slots, in an array of the caller's own.
  public long[] toSlots() {
    return slots.clone();
  }

  /// All slots as bytes.
  public byte[] toBytes(ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocate(slots.length * Slot.BYTES).order(order);
    for (long slot : slots) {
      bytes.putLong(order == ByteOrder.LITTLE_ENDIAN ? slot : toBigEndian(slot));
    }
    return bytes.array();
  }

  /// The slots from one position up to, not including, another.
  ///
  /// @throws IndexOutOfBoundsException if they are not all there
  public Instructions slice(int from, int to) {
    Objects.checkFromToIndex(from, to, slots.length);
    return new Instructions(Arrays.copyOfRange(slots, from, to));
  }

  /// The instruction that begins at a position. No content makes this fail: a slot that begins no
  /// instruction is an [Instruction.Unknown].
  ///
  /// @throws IndexOutOfBoundsException if there is no such slot
  public Instruction at(int index) {
    long first = slot(index);
    return Slot.isWide(first) && index + 1 < slots.length
        ? Decoder.decodeWide(first, slots[index + 1])
        : Decoder.decode(first);
  }

  /// Hands each instruction to the consumer with the position of its first slot, in order.
  public void forEach(InstructionConsumer consumer) {
    int at = 0;
    while (at < slots.length) {
      Instruction instruction = at(at);
      consumer.accept(at, instruction);
      at += instruction.slots();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Instructions that && Arrays.equals(slots, that.slots);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots);
  }

  /// The disassembly, one instruction a line.
  @Override
  public String toString() {
    return Disassembler.lines(this, Disassembler.Names.NONE).stream()
        .map(line -> line.slot() + ": " + line.text())
        .collect(Collectors.joining("\n"));
  }

  private static long fromBigEndian(long read) {
    return Slot.of(
        (int) (read >>> 56),
        (int) (read >>> 52),
        (int) (read >>> 48),
        (int) (read >>> 32),
        (int) read);
  }

  private static long toBigEndian(long slot) {
    return (long) Slot.opcode(slot) << 56
        | (long) Slot.dst(slot) << 52
        | (long) Slot.src(slot) << 48
        | Short.toUnsignedLong(Slot.offset(slot)) << 32
        | Integer.toUnsignedLong(Slot.imm(slot));
  }
}
