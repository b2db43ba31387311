package org.ebpf4j.testkit.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damages an object file where it hurts: in headers, symbols, relocations and instructions, with
/// numbers near the edges of their ranges; and its types, as [BtfDamage] does.
public final class ObjectDamage implements Damage {
  /// Shorter files are taken for plain bytes.
  static final int LEAST = 64;

  private static final int HEADER = 64;

  /// A run of bytes made of entries of one size, with the widths of the fields of an entry.
  private record Table(int start, int end, int entry, List<Field> fields) {}

  private record Field(int offset, int width) {}

  /// A section of the file.
  private record Part(String name, int type, long flags, int start, int end, int info) {
    boolean executable() {
      return (flags & 4) != 0;
    }
  }

  private static final List<Field> ELF_HEADER =
      fields(16, 2, 18, 2, 32, 8, 40, 8, 52, 2, 58, 2, 60, 2, 62, 2);
  private static final List<Field> SECTION_HEADER =
      fields(0, 4, 4, 4, 8, 8, 16, 8, 24, 8, 32, 8, 40, 4, 44, 4, 48, 8, 56, 8);
  private static final List<Field> SYMBOL = fields(0, 4, 4, 1, 5, 1, 6, 2, 8, 8, 16, 8);
  private static final List<Field> RELOCATION = fields(0, 8, 8, 4, 12, 4);
  private static final List<Field> INSTRUCTION = fields(0, 1, 1, 1, 2, 2, 4, 4);
  private static final List<Field> WORD = fields(0, 4);
  private static final List<Field> HALF_WORDS = fields(0, 2, 2, 2);

  private final byte[] original;
  private final ByteOrder order;
  private final int sectionTable;
  private final List<Part> parts;
  private final List<Table> tables = new ArrayList<>();
  private final int typesIndex;

  /// What damages that object, which must be a good one.
  public ObjectDamage(byte[] original) {
    this.original = original;
    this.order = original[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    this.sectionTable = (int) wrap(original).getLong(40);
    this.parts = parts();
    tables.add(new Table(0, HEADER, HEADER, ELF_HEADER));
    tables.add(
        new Table(sectionTable, sectionTable + parts.size() * HEADER, HEADER, SECTION_HEADER));
    for (var part : parts) {
      if (part.type() == 2) {
        tables.add(new Table(part.start(), part.end(), 24, SYMBOL));
      } else if (part.type() == 9
          && part.info() < parts.size()
          && parts.get(part.info()).executable()) {
        tables.add(new Table(part.start(), part.end(), 16, RELOCATION));
      } else if (part.type() == 1 && part.executable()) {
        tables.add(new Table(part.start(), part.end(), 8, INSTRUCTION));
      } else if (part.type() == 1 && (part.flags() & 2) != 0) {
        tables.add(new Table(part.start(), part.end(), 4, WORD));
      } else if (part.name().equals(".BTF") || part.name().equals(".BTF.ext")) {
        tables.add(new Table(part.start(), Math.min(part.end(), part.start() + 32), 4, WORD));
        tables.add(new Table(part.start(), part.end(), 4, WORD));
        tables.add(new Table(part.start(), part.end(), 4, HALF_WORDS));
      }
    }
    var names = parts.stream().map(Part::name).toList();
    this.typesIndex = names.indexOf(".BTF");
  }

  private ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(order);
  }

  private List<Part> parts() {
    var buffer = wrap(original);
    var count = Short.toUnsignedInt(buffer.getShort(60));
    var names = (int) buffer.getLong(header(Short.toUnsignedInt(buffer.getShort(62))) + 24);
    var all = new ArrayList<Part>();
    for (int i = 0; i < count; i++) {
      var at = header(i);
      var type = buffer.getInt(at + 4);
      var start = (int) buffer.getLong(at + 24);
      var size = type == 8 || type == 0 ? 0 : (int) buffer.getLong(at + 32);
      var name = string(names + buffer.getInt(at));
      all.add(
          new Part(
              name, type, buffer.getLong(at + 8), start, start + size, buffer.getInt(at + 44)));
    }
    return all;
  }

  private int header(int index) {
    return sectionTable + index * HEADER;
  }

  private String string(int at) {
    var end = at;
    while (end < original.length && original[end] != 0) {
      end++;
    }
    return at >= end ? "" : new String(original, at, end - at, StandardCharsets.UTF_8);
  }

  private static List<Field> fields(int... offsetsAndWidths) {
    var fields = new ArrayList<Field>();
    for (int i = 0; i < offsetsAndWidths.length; i += 2) {
      fields.add(new Field(offsetsAndWidths[i], offsetsAndWidths[i + 1]));
    }
    return fields;
  }

  /// The bytes of the section of types; empty where there is none.
  public byte[] types() {
    if (typesIndex < 0) {
      return new byte[0];
    }
    var part = parts.get(typesIndex);
    return Arrays.copyOfRange(original, part.start(), part.end());
  }

  /// The file with other types: they stand at its end, and the header of their section says so.
  public byte[] withTypes(byte[] types) {
    var start = (original.length + 7) / 8 * 8;
    var bytes = Arrays.copyOf(original, start + types.length);
    System.arraycopy(types, 0, bytes, start, types.length);
    wrap(bytes)
        .putLong(header(typesIndex) + 24, start)
        .putLong(header(typesIndex) + 32, types.length);
    return bytes;
  }

  /// The file with one to four damages.
  @Override
  public byte[] damaged(RandomGenerator random) {
    if (typesIndex >= 0 && random.nextInt(3) == 0 && BtfDamage.takes(types())) {
      return withTypes(new BtfDamage(types()).damaged(random));
    }
    var bytes = original.clone();
    var times = 1 + random.nextInt(4);
    for (int i = 0; i < times; i++) {
      switch (random.nextInt(12)) {
        case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> overwrite(bytes, random);
        case 2 -> {
          if (i == times - 1) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
          }
        }
        default -> damageField(bytes, random);
      }
    }
    return bytes;
  }

  /// Copies some bytes of the file over others.
  private void overwrite(byte[] bytes, RandomGenerator random) {
    var length = 1 + random.nextInt(Math.min(64, bytes.length - 1));
    var from = random.nextInt(bytes.length - length);
    System.arraycopy(original, from, bytes, random.nextInt(bytes.length - length), length);
  }

  private void damageField(byte[] bytes, RandomGenerator random) {
    var table = tables.get(random.nextInt(tables.size()));
    var entries = (table.end() - table.start()) / table.entry();
    if (entries == 0) {
      return;
    }
    var field = table.fields().get(random.nextInt(table.fields().size()));
    var at = table.start() + random.nextInt(entries) * table.entry() + field.offset();
    var width = field.width();
    if (at + width > bytes.length) {
      return;
    }
    var buffer = wrap(bytes);
    var value = Edges.value(read(buffer, at, width), original.length, random);
    switch (width) {
      case 1 -> buffer.put(at, (byte) value);
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
  }

  private static long read(ByteBuffer buffer, int at, int width) {
    return switch (width) {
      case 1 -> buffer.get(at);
      case 2 -> buffer.getShort(at);
      case 4 -> buffer.getInt(at);
      default -> buffer.getLong(at);
    };
  }
}
