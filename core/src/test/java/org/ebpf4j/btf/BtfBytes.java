package org.ebpf4j.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.elf.FileBytes;

/// BTF made by hand, in little-endian byte order, for types that no compiler writes.
public final class BtfBytes {
  public static final int INT = 1;
  public static final int POINTER = 2;
  public static final int ARRAY = 3;
  public static final int STRUCT = 4;
  public static final int TYPEDEF = 8;
  public static final int VOLATILE = 9;
  public static final int CONST = 10;
  public static final int RESTRICT = 11;
  public static final int FUNCTION = 12;
  public static final int VARIABLE = 14;
  public static final int DATA_SECTION = 15;
  public static final int TYPE_TAG = 18;

  private final ByteArrayOutputStream types = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

  public BtfBytes() {
    strings.write(0);
  }

  /// Adds a string; its offset.
  public int string(String text) {
    var at = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return at;
  }

  /// Adds a type of `kind` with `count` elements; `words` follow the common three.
  public BtfBytes type(String name, int kind, int count, int sizeOrType, int... words) {
    return rawType(name.isEmpty() ? 0 : string(name), kind << 24 | count, sizeOrType, words);
  }

  public BtfBytes rawType(int name, int info, int sizeOrType, int... words) {
    var buffer = ByteBuffer.allocate(12 + 4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(name).putInt(info).putInt(sizeOrType);
    for (var word : words) {
      buffer.putInt(word);
    }
    types.writeBytes(buffer.array());
    return this;
  }

  /// BTF with a layout area, of a pair of sizes for each kind.
  public byte[] bytesWithLayout(int... sizes) {
    var end = types.size() + 2 * sizes.length;
    var buffer = ByteBuffer.allocate(32 + end + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(32);
    buffer.putInt(0).putInt(types.size()).putInt(end).putInt(strings.size());
    buffer.putInt(types.size()).putInt(2 * sizes.length).put(types.toByteArray());
    for (int i = 0; i < sizes.length; i += 2) {
      buffer.put((byte) sizes[i]).put((byte) sizes[i + 1]).putShort((short) 0);
    }
    return buffer.put(strings.toByteArray()).array();
  }

  public byte[] bytes() {
    var buffer =
        ByteBuffer.allocate(24 + types.size() + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    buffer.putInt(0).putInt(types.size()).putInt(types.size()).putInt(strings.size());
    return buffer.put(types.toByteArray()).put(strings.toByteArray()).array();
  }

  public Btf read() {
    return read(bytes());
  }

  public static Btf read(byte[] bytes) {
    return Btf.read(FileBytes.of("t.o", bytes, ByteOrder.LITTLE_ENDIAN));
  }
}
