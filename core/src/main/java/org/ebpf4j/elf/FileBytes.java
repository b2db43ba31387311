package org.ebpf4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.MalformedObjectException;

/// A range of a file whose every read is checked against the range. Offsets count from the start of
/// the range; errors name the file, the section and the offset in the file. It changes only with
/// the array it is made of, and any thread may use it.
public final class FileBytes {
  /// A longer name or line of C is taken for damage.
  private static final int MAX_STRING = 1 << 16;

  private final String file;
  private final String section;
  private final byte[] bytes;
  private final int start;
  private final int size;

  /// Where the array begins in the file.
  private final long base;

  private final ByteBuffer buffer;

  private FileBytes(
      String file, String section, byte[] bytes, int start, int size, long base, ByteOrder order) {
    this.file = file;
    this.section = section;
    this.bytes = bytes;
    this.start = start;
    this.size = size;
    this.base = base;
    this.buffer = ByteBuffer.wrap(bytes).order(order);
  }

  /// A whole file. The array is not copied and must not change.
  public static FileBytes of(String file, byte[] bytes, ByteOrder order) {
    return new FileBytes(file, "", bytes, 0, bytes.length, 0, order);
  }

  /// Some bytes of a file, which begin at `offset` of it. The array is not copied and must not
  /// change.
  public static FileBytes of(
      String file, String section, byte[] bytes, long offset, ByteOrder order) {
    return new FileBytes(file, section, bytes, 0, bytes.length, offset, order);
  }

  /// The part of this range at `offset`, with `size` bytes, as `section`.
  ///
  /// @throws MalformedObjectException where it is not inside this range
  public FileBytes part(String name, long offset, long size) {
    check(offset, size, name.isEmpty() ? "data" : "section " + name);
    return new FileBytes(
        file,
        name,
        bytes,
        Math.toIntExact(start + offset),
        Math.toIntExact(size),
        base,
        buffer.order());
  }

  /// Where byte `offset` of this range stands in the file.
  public long fileOffset(long offset) {
    return base + start + offset;
  }

  /// The number of bytes.
  public int size() {
    return size;
  }

  /// The name of the file, for messages.
  public String file() {
    return file;
  }

  /// The byte order that numbers are read in.
  public ByteOrder order() {
    return buffer.order();
  }

  /// One byte, 0 to 255.
  public int u8(long offset) {
    return Byte.toUnsignedInt(bytes[at(offset, 1)]);
  }

  /// Two bytes, 0 to 65,535.
  public int u16(long offset) {
    return Short.toUnsignedInt(buffer.getShort(at(offset, 2)));
  }

  /// Four bytes, signed.
  public int s32(long offset) {
    return buffer.getInt(at(offset, 4));
  }

  /// Four bytes, unsigned.
  public long u32(long offset) {
    return Integer.toUnsignedLong(s32(offset));
  }

  /// Eight bytes; a value above 2^63 is negative.
  public long u64(long offset) {
    return buffer.getLong(at(offset, 8));
  }

  /// All of it as numbers of four bytes, signed, without the one to three bytes that may be left at
  /// the end: for who reads millions of them.
  public int[] words() {
    var words = new int[size / Integer.BYTES];
    buffer.slice(start, size).order(buffer.order()).asIntBuffer().get(words);
    return words;
  }

  /// The string at `offset`, up to its zero byte.
  ///
  /// @throws MalformedObjectException where the range ends before the string does, it has more than
  ///   65,535 bytes, or a line break, which no name and no line of a source has: whoever prints it
  ///   would print a line that is not its own
  public String string(long offset) {
    if (offset < 0 || offset >= size) {
      throw malformed(
          offset, "a string starts here, past the end of the string table (" + size + " bytes)");
    }
    var from = Math.toIntExact(start + offset);
    var limit = Math.min(start + size, from + MAX_STRING);
    for (int i = from; i < limit; i++) {
      if (bytes[i] == 0) {
        return new String(bytes, from, i - from, StandardCharsets.UTF_8);
      }
      if (bytes[i] == '\n') {
        throw malformed(offset, "a string that starts here has a line break in it");
      }
    }
    throw malformed(
        offset,
        limit < start + size
            ? "a string that starts here has more than " + (MAX_STRING - 1) + " bytes"
            : "a string that starts here has no end");
  }

  /// A copy of the bytes at `offset`.
  public byte[] copy(long offset, long length) {
    check(offset, length, "data");
    var from = Math.toIntExact(start + offset);
    return java.util.Arrays.copyOfRange(bytes, from, from + Math.toIntExact(length));
  }

  /// A copy of all the bytes.
  public byte[] copy() {
    return copy(0, size);
  }

  /// An error at `offset` of this range.
  public MalformedObjectException malformed(long offset, String problem) {
    return new MalformedObjectException(file, section, base + start + offset, problem);
  }

  /// An error at `offset` of this range that comes from the source; `advice` is what to write
  /// there.
  public MalformedObjectException malformed(long offset, String problem, String advice) {
    return new MalformedObjectException(file, section, base + start + offset, problem, advice);
  }

  /// Throws unless `length` bytes at `offset` are inside this range; `what` says what would lie
  /// there.
  public void check(long offset, long length, String what) {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw outside(offset, length, what);
    }
  }

  private MalformedObjectException outside(long offset, long length, String what) {
    return malformed(
        Math.clamp(offset, 0L, size),
        what
            + " of "
            + Long.toUnsignedString(length)
            + " bytes at 0x"
            + Long.toHexString(offset)
            + " does not fit into "
            + size
            + " bytes");
  }

  private int at(long offset, int length) {
    check(offset, length, "a number");
    return start + (int) offset;
  }
}
