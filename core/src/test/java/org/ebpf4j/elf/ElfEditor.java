package org.ebpf4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A good object file that a test damages: finds headers, sections and symbols by name, and
/// overwrites numbers. Knows the format by itself, so that it does not share a mistake with
/// [ElfFile].
public final class ElfEditor {
  public static final int HEADER = 64;
  public static final int SYMBOL = 24;

  private byte[] bytes;
  private ByteBuffer buffer;

  /// An editor of a copy of `original`, in its byte order.
  public ElfEditor(byte[] original) {
    bytes = original.clone();
    buffer = wrap(bytes);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes)
        .order(bytes[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  /// A copy of what the file is by now.
  public byte[] bytes() {
    return bytes.clone();
  }

  public int size() {
    return bytes.length;
  }

  public int u16(int at) {
    return Short.toUnsignedInt(buffer.getShort(at));
  }

  public int s32(int at) {
    return buffer.getInt(at);
  }

  public ElfEditor put8(int at, int value) {
    buffer.put(at, (byte) value);
    return this;
  }

  public ElfEditor put16(int at, int value) {
    buffer.putShort(at, (short) value);
    return this;
  }

  public ElfEditor put32(int at, int value) {
    buffer.putInt(at, value);
    return this;
  }

  public ElfEditor put64(int at, long value) {
    buffer.putLong(at, value);
    return this;
  }

  /// Cuts the file off.
  public ElfEditor truncate(int size) {
    bytes = Arrays.copyOf(bytes, size);
    buffer = wrap(bytes);
    return this;
  }

  public int sectionCount() {
    return u16(60);
  }

  public int sectionTable() {
    return Math.toIntExact(buffer.getLong(40));
  }

  /// Where the header of a section stands in the file.
  public int header(int index) {
    return sectionTable() + index * HEADER;
  }

  /// Where the header of a section stands in the file.
  public int header(String name) {
    return header(index(name));
  }

  /// The index of a section.
  public int index(String name) {
    var names = offset(u16(62));
    for (int i = 1; i < sectionCount(); i++) {
      if (string(names + s32(header(i))).equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no section " + name);
  }

  /// Where the bytes of a section start in the file.
  public int offset(String name) {
    return offset(index(name));
  }

  private int offset(int index) {
    return Math.toIntExact(buffer.getLong(header(index) + 24));
  }

  /// How many bytes a section has.
  public int size(String name) {
    return Math.toIntExact(buffer.getLong(header(name) + 32));
  }

  /// Where the entry of a symbol stands in the file.
  public int symbol(String name) {
    var table = header(".symtab");
    var names = offset(s32(table + 40));
    for (int at = offset(".symtab"); at < offset(".symtab") + size(".symtab"); at += SYMBOL) {
      if (string(names + s32(at)).equals(name)) {
        return at;
      }
    }
    throw new IllegalArgumentException("no symbol " + name);
  }

  private String string(int at) {
    var end = at;
    while (bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }
}
