package org.ebpf4j.vm.internal.machine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A piece of memory that programs may reach: a stack, a packet, the values of a map. Each access
/// is held against its bounds. Numbers are little-endian.
///
/// Most regions are an array of bytes. A region whose content depends on what is asked, as the
/// fields of a context, overrides [#read(int, int)] and [#write(int, int, long)].
///
/// Reads and writes of aligned numbers are not torn. Atomic operations hold the region's monitor.
public class Region {
  static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// The bytes of a region that is taken for fixed: less than half of what an offset can say.
  private static final int MOST_FIXED = 1 << 30;

  private final String name;
  private final byte @Nullable [] bytes;
  private final boolean writable;
  private int from;
  private int to;
  private long address;

  /// A bit for each byte that was written, where that is kept; one byte more than needed.
  private byte @Nullable [] written;

  /// A region of bytes.
  ///
  /// @param name what it is, for messages, such as `the value of map 'counts'`
  /// @param bytes the memory itself
  /// @param writable whether programs may write to it
  public Region(String name, byte[] bytes, boolean writable) {
    this(name, bytes, 0, bytes.length, writable);
  }

  /// A region of bytes of which only some may be accessed at first.
  ///
  /// @param from the first byte that may be accessed
  /// @param to the byte behind the last
  public Region(String name, byte[] bytes, int from, int to, boolean writable) {
    this.name = name;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.writable = writable;
  }

  /// A region without memory of its own, whose reads and writes are calls.
  ///
  /// @param size how many bytes it stands for
  protected Region(String name, int size, boolean writable) {
    this.name = name;
    this.bytes = null;
    this.to = size;
    this.writable = writable;
  }

  /// A region without memory of its own whose offsets may be negative.
  protected Region(String name, int from, int to, boolean writable) {
    this.name = name;
    this.bytes = null;
    this.from = from;
    this.to = to;
    this.writable = writable;
  }

  /// What it is, for messages.
  public final String name() {
    return name;
  }

  /// Where its byte 0 is, once it is in a [Memory].
  public final long address() {
    return address;
  }

  final void place(long at) {
    address = at;
  }

  /// The first byte that may be accessed.
  public final int from() {
    return from;
  }

  /// The byte behind the last that may be accessed.
  public final int to() {
    return to;
  }

  /// Changes which bytes may be accessed, as a packet does whose head is moved.
  public final void resize(int first, int end) {
    if (bytes == null || first < 0 || end < first || end > bytes.length) {
      throw new IllegalArgumentException(first + " to " + end + " is not in " + this);
    }
    from = first;
    to = end;
  }

  /// The memory itself; null where reads are calls.
  public final byte @Nullable [] bytes() {
    return bytes;
  }

  /// Whether programs may write to it.
  public final boolean isWritable() {
    return writable;
  }

  /// Whether it is always the same array, all of which may be read and written.
  final boolean isFixed() {
    return getClass() == Region.class
        && bytes != null
        && writable
        && written == null
        && from == 0
        && to == bytes.length
        && to <= MOST_FIXED;
  }

  /// The number at an offset, of 1, 2, 4 or 8 bytes, zero-extended. For regions without memory.
  protected long read(int offset, int size) {
    throw new MemoryFault(address + offset, name + " cannot be read");
  }

  /// Writes a number. For regions without memory.
  protected void write(int offset, int size, long value) {
    throw new MemoryFault(address + offset, name + " cannot be written");
  }

  /// Keeps from now on which bytes were written: reading any other is a fault. None were.
  final void trackWrites() {
    written = new byte[(to >>> 3) + 2];
  }

  /// Takes bytes for ones that were never written.
  ///
  /// @param first the first of them, a multiple of 8
  /// @param end the byte behind the last, a multiple of 8
  final void forget(int first, int end) {
    var bits = written;
    if (bits != null) {
      Arrays.fill(bits, first >>> 3, end >>> 3, (byte) 0);
    }
  }

  /// Takes bytes for written ones, whatever they are.
  final void markWritten(int offset, int size) {
    var bits = written;
    if (bits != null) {
      for (int i = offset; i < offset + size; i++) {
        bits[i >>> 3] |= (byte) (1 << (i & 7));
      }
    }
  }

  /// Refuses to read what was never written.
  ///
  /// @throws MemoryFault where one of the bytes was not
  final void checkWritten(int offset, int size) {
    var bits = written;
    if (bits != null) {
      for (int i = offset; i < offset + size; i += Long.BYTES) {
        if (!isWritten(bits, i, Math.min(Long.BYTES, offset + size - i))) {
          throw unwritten(offset, size);
        }
      }
    }
  }

  /// The same for a number: its bits are in two bytes at most.
  private static boolean isWritten(byte[] bits, int offset, int size) {
    int at = offset >>> 3;
    int mask = ((1 << size) - 1) << (offset & 7);
    return (((bits[at] & 0xff) | (bits[at + 1] & 0xff) << 8) & mask) == mask;
  }

  private static void write(byte[] bits, int offset, int size) {
    int at = offset >>> 3;
    int mask = ((1 << size) - 1) << (offset & 7);
    bits[at] |= (byte) mask;
    bits[at + 1] |= (byte) (mask >>> 8);
  }

  private MemoryFault unwritten(int offset, int size) {
    return new MemoryFault(
        address + offset,
        size
            + (size == 1 ? " byte" : " bytes")
            + " at offset "
            + offset
            + " of "
            + name
            + place(offset)
            + (size == 1 ? ", which was never written" : ", not all of which were written before"));
  }

  /// What else there is to say of an offset, for messages.
  protected String place(int offset) {
    return "";
  }

  /// Refuses what is not within its bounds.
  ///
  /// @throws MemoryFault where a byte of it may not be accessed
  public final void check(int offset, long size) {
    if (size < 0 || offset < from || offset > to - size) {
      refuse(offset, size);
    }
  }

  /// Is told of bytes that are not within the bounds.
  ///
  /// @throws MemoryFault unless the region has them all the same
  protected void refuse(int offset, long size) {
    throw outside(offset, size);
  }

  private void checkWrite(int offset, long size) {
    check(offset, size);
    if (!writable) {
      throw new MemoryFault(address + offset, name + " is read-only");
    }
  }

  private MemoryFault outside(int offset, long size) {
    return new MemoryFault(
        address + offset,
        size
            + (size == 1 ? " byte" : " bytes")
            + " at offset "
            + (offset - from)
            + " of "
            + name
            + ", which has "
            + (to - from));
  }

  final long load8(int offset) {
    check(offset, 1);
    var b = bytes;
    var w = written;
    if (w != null && !isWritten(w, offset, 1)) {
      throw unwritten(offset, 1);
    }
    return b == null ? read(offset, 1) : b[offset] & 0xff;
  }

  final long load16(int offset) {
    check(offset, 2);
    var b = bytes;
    var w = written;
    if (w != null && !isWritten(w, offset, 2)) {
      throw unwritten(offset, 2);
    }
    return b == null ? read(offset, 2) : (short) U16.get(b, offset) & 0xffff;
  }

  final long load32(int offset) {
    check(offset, 4);
    var b = bytes;
    var w = written;
    if (w != null && !isWritten(w, offset, 4)) {
      throw unwritten(offset, 4);
    }
    return b == null ? read(offset, 4) : (int) U32.get(b, offset) & 0xffff_ffffL;
  }

  final long load64(int offset) {
    check(offset, 8);
    var b = bytes;
    var w = written;
    if (w != null && !isWritten(w, offset, 8)) {
      throw unwritten(offset, 8);
    }
    return b == null ? read(offset, 8) : (long) U64.get(b, offset);
  }

  final void store8(int offset, long value) {
    checkWrite(offset, 1);
    var b = bytes;
    var w = written;
    if (w != null) {
      write(w, offset, 1);
    }
    if (b == null) {
      write(offset, 1, value & 0xff);
    } else {
      b[offset] = (byte) value;
    }
  }

  final void store16(int offset, long value) {
    checkWrite(offset, 2);
    var b = bytes;
    var w = written;
    if (w != null) {
      write(w, offset, 2);
    }
    if (b == null) {
      write(offset, 2, value & 0xffff);
    } else {
      U16.set(b, offset, (short) value);
    }
  }

  final void store32(int offset, long value) {
    checkWrite(offset, 4);
    var b = bytes;
    var w = written;
    if (w != null) {
      write(w, offset, 4);
    }
    if (b == null) {
      write(offset, 4, value & 0xffff_ffffL);
    } else {
      U32.set(b, offset, (int) value);
    }
  }

  final void store64(int offset, long value) {
    checkWrite(offset, 8);
    var b = bytes;
    var w = written;
    if (w != null) {
      write(w, offset, 8);
    }
    if (b == null) {
      write(offset, 8, value);
    } else {
      U64.set(b, offset, value);
    }
  }

  final long load(int offset, int size) {
    return switch (size) {
      case 1 -> load8(offset);
      case 2 -> load16(offset);
      case 4 -> load32(offset);
      default -> load64(offset);
    };
  }

  final void store(int offset, int size, long value) {
    switch (size) {
      case 1 -> store8(offset, value);
      case 2 -> store16(offset, value);
      case 4 -> store32(offset, value);
      default -> store64(offset, value);
    }
  }

  @Override
  public String toString() {
    return name + " (" + (to - from) + " bytes)";
  }
}
