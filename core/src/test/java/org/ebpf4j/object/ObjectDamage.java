package org.ebpf4j.object;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ebpf4j.elf.ElfEditor;

/// Damages an object file at random, but where it hurts: in headers, symbols, relocations, types
/// and instructions, with numbers near the edges of their ranges.
public final class ObjectDamage {
  private static final long[] EDGES = {
    0,
    1,
    2,
    7,
    8,
    16,
    24,
    63,
    64,
    0xff,
    0xff00,
    0xfff1,
    0xffff,
    0x10000,
    0x900_0000,
    0x3fff_ffff,
    0x7fff_ffff,
    0x8000_0000L,
    0xffff_fff8L,
    0xffff_ffffL,
    0x1_0000_0000L,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -8,
    -1
  };

  /// A run of bytes made of entries of one size, with the widths of the fields of an entry.
  private record Table(int start, int end, int entry, List<Field> fields) {}

  private record Field(int offset, int width) {}

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
  private final List<Table> tables = new ArrayList<>();

  /// What damages that object.
  public ObjectDamage(byte[] original) {
    this.original = original;
    this.order = original[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    var elf = new ElfEditor(original);
    tables.add(new Table(0, 64, 64, ELF_HEADER));
    tables.add(new Table(elf.sectionTable(), elf.header(elf.sectionCount()), 64, SECTION_HEADER));
    for (int i = 1; i < elf.sectionCount(); i++) {
      var header = ByteBuffer.wrap(original).order(order);
      var at = elf.header(i);
      var type = header.getInt(at + 4);
      var start = (int) header.getLong(at + 24);
      var end = start + (int) header.getLong(at + 32);
      var executable = (header.getLong(at + 8) & 4) != 0;
      if (type == 2) {
        tables.add(new Table(start, end, 24, SYMBOL));
      } else if (type == 9 && isCode(header, elf, header.getInt(at + 44))) {
        tables.add(new Table(start, end, 16, RELOCATION));
      } else if (type == 1 && executable) {
        tables.add(new Table(start, end, 8, INSTRUCTION));
      } else if (type == 1 && (header.getLong(at + 8) & 2) != 0) {
        tables.add(new Table(start, end, 4, WORD));
      }
    }
    for (var name : List.of(".BTF", ".BTF.ext")) {
      if (has(elf, name)) {
        var start = elf.offset(name);
        var end = start + elf.size(name);
        tables.add(new Table(start, start + 32, 4, WORD));
        tables.add(new Table(start, end, 4, WORD));
        tables.add(new Table(start, end, 4, HALF_WORDS));
      }
    }
  }

  private static List<Field> fields(int... offsetsAndWidths) {
    var fields = new ArrayList<Field>();
    for (int i = 0; i < offsetsAndWidths.length; i += 2) {
      fields.add(new Field(offsetsAndWidths[i], offsetsAndWidths[i + 1]));
    }
    return fields;
  }

  private static boolean isCode(ByteBuffer header, ElfEditor elf, int section) {
    return (header.getLong(elf.header(section) + 8) & 4) != 0;
  }

  private static boolean has(ElfEditor elf, String name) {
    try {
      return elf.index(name) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// The file with one to four damages.
  public byte[] damaged(RandomGenerator random) {
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
    var buffer = ByteBuffer.wrap(bytes).order(order);
    var value = value(read(buffer, at, width), random);
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

  private long value(long now, RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> now + random.nextInt(-9, 10);
      case 1 -> random.nextInt(64);
      case 2 -> original.length + random.nextInt(-64, 64);
      case 3 -> random.nextLong();
      default -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(-1, 2);
    };
  }
}
