package org.ebpf4j.testkit.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damages BTF type by type: ids that lead to other types and in circles, other kinds and counts,
/// sizes, places and widths near the edges of their ranges, structs that multiply. What comes out
/// is mostly well formed, so that it gets past the reader.
public final class BtfDamage implements Damage {
  private static final int INT = 1;
  private static final int ARRAY = 3;
  private static final int STRUCT = 4;
  private static final int UNION = 5;
  private static final int ENUM = 6;
  private static final int PROTOTYPE = 13;
  private static final int VARIABLE = 14;
  private static final int SECTION = 15;
  private static final int DECLARATION_TAG = 17;
  private static final int ENUM64 = 19;

  private final byte[] original;
  private final ByteOrder order;
  private final int header;
  private final byte[] strings;
  private final List<byte[]> types = new ArrayList<>();

  /// What damages those types, which must be good ones and no continuation of others.
  public BtfDamage(byte[] original) {
    this.original = original;
    this.order = order(original);
    var buffer = wrap(original);
    this.header = buffer.getInt(4);
    var start = header + buffer.getInt(8);
    var end = start + buffer.getInt(12);
    var text = header + buffer.getInt(16);
    this.strings = Arrays.copyOfRange(original, text, text + buffer.getInt(20));
    for (int at = start; at + 12 <= end; ) {
      var size = size(buffer.getInt(at + 4));
      if (at + size > end) {
        break;
      }
      types.add(Arrays.copyOfRange(original, at, at + size));
      at += size;
    }
  }

  /// Whether bytes are BTF as far as their header goes.
  public static boolean takes(byte[] bytes) {
    if (bytes.length < 24) {
      return false;
    }
    var little = bytes[0] == (byte) 0x9f && bytes[1] == (byte) 0xeb;
    var big = bytes[0] == (byte) 0xeb && bytes[1] == (byte) 0x9f;
    if (!little && !big) {
      return false;
    }
    var buffer = ByteBuffer.wrap(bytes).order(order(bytes));
    long header = buffer.getInt(4);
    return header >= 24
        && buffer.getInt(8) >= 0
        && buffer.getInt(12) >= 0
        && buffer.getInt(16) >= 0
        && buffer.getInt(20) >= 0
        && header + buffer.getInt(8) + buffer.getInt(12) <= bytes.length
        && header + buffer.getInt(16) + buffer.getInt(20) <= bytes.length;
  }

  private static ByteOrder order(byte[] bytes) {
    return bytes[0] == (byte) 0xeb ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(order);
  }

  private static int kind(int info) {
    return (info >>> 24) & 0x1f;
  }

  private static int count(int info) {
    return info & 0xffff;
  }

  private static int size(int info) {
    return 12
        + switch (kind(info)) {
          case INT, VARIABLE, DECLARATION_TAG -> 4;
          case ARRAY -> 12;
          case STRUCT, UNION, SECTION, ENUM64 -> 12 * count(info);
          case ENUM, PROTOTYPE -> 8 * count(info);
          default -> 0;
        };
  }

  @Override
  public byte[] damaged(RandomGenerator random) {
    if (types.isEmpty() || random.nextInt(12) == 0) {
      return plain(random);
    }
    var changed = new ArrayList<>(types);
    var times = 1 + random.nextInt(4);
    for (int i = 0; i < times; i++) {
      switch (random.nextInt(16)) {
        case 0 -> bomb(changed, random);
        case 1 ->
            changed.set(
                random.nextInt(changed.size()), changed.get(random.nextInt(changed.size())));
        default -> damageType(changed, random);
      }
    }
    return bytes(changed);
  }

  /// Some words of the bytes as they are.
  private byte[] plain(RandomGenerator random) {
    var bytes = original.clone();
    var buffer = wrap(bytes);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      var at = 4 * random.nextInt(random.nextBoolean() ? 6 : bytes.length / 4);
      buffer.putInt(at, (int) Edges.value(buffer.getInt(at), bytes.length, random));
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private void damageType(List<byte[]> changed, RandomGenerator random) {
    var index = random.nextInt(changed.size());
    var type = changed.get(index).clone();
    var buffer = wrap(type);
    var info = buffer.getInt(4);
    switch (random.nextInt(8)) {
      case 0 -> buffer.putInt(0, string(random));
      case 1 -> {
        // Another kind of the same length, or another flag.
        var kind = 1 + random.nextInt(20);
        var other = (info & ~(0x1f << 24)) | kind << 24;
        buffer.putInt(4, size(other) == type.length ? other : info ^ 1 << 31);
      }
      case 2, 3 -> buffer.putInt(8, sizeOrType(kind(info), buffer.getInt(8), random));
      default -> {
        if (type.length > 12) {
          damageRest(kind(info), buffer, type.length, random);
        } else {
          buffer.putInt(8, id(random));
        }
      }
    }
    changed.set(index, type);
  }

  private int sizeOrType(int kind, int now, RandomGenerator random) {
    return switch (kind) {
      case INT, STRUCT, UNION, ENUM, ENUM64, SECTION, 16 ->
          random.nextInt(3) == 0
              ? (int) Edges.value(now, original.length, random)
              : 1 << random.nextInt(7);
      default -> id(random);
    };
  }

  private void damageRest(int kind, ByteBuffer type, int length, RandomGenerator random) {
    var entry =
        switch (kind) {
          case ENUM, PROTOTYPE -> 8;
          case INT, VARIABLE, DECLARATION_TAG -> 4;
          default -> 12;
        };
    var at = 12 + entry * random.nextInt((length - 12) / entry);
    var place = at + 4 * random.nextInt(entry / 4);
    var isId =
        switch (kind) {
          case ARRAY -> place - at < 8;
          case STRUCT, UNION -> place - at == 4;
          case PROTOTYPE -> place - at == 4;
          case SECTION -> place == at;
          default -> false;
        };
    var isName =
        place == at && (kind == STRUCT || kind == UNION || kind == ENUM || kind == PROTOTYPE);
    var now = type.getInt(place);
    type.putInt(
        place,
        isId
            ? id(random)
            : isName
                ? string(random)
                : random.nextInt(3) == 0
                    ? now + (random.nextInt(33) << (random.nextBoolean() ? 24 : 0))
                    : (int) Edges.value(now, original.length, random));
  }

  /// Most ids are of types that are there.
  private int id(RandomGenerator random) {
    return random.nextInt(24) == 0
        ? (int) Edges.value(0, types.size(), random)
        : random.nextInt(types.size() + 1);
  }

  private int string(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> (int) Edges.value(0, strings.length, random);
      default -> strings.length == 0 ? 0 : random.nextInt(strings.length);
    };
  }

  /// Adds structs that each hold the next several times, and has a member lead to the first.
  private void bomb(List<byte[]> changed, RandomGenerator random) {
    var wide = 2 + random.nextInt(6);
    var deep = 4 + random.nextInt(40);
    var named = random.nextInt(4) == 0;
    var size = random.nextBoolean() ? 4 : random.nextInt(65);
    var first = changed.size() + 1;
    var structs = new ArrayList<Integer>();
    for (int i = 0; i < changed.size(); i++) {
      var kind = kind(wrap(changed.get(i)).getInt(4));
      if ((kind == STRUCT || kind == UNION) && changed.get(i).length > 12) {
        structs.add(i);
      }
    }
    for (int i = 0; i < deep; i++) {
      var bytes = new byte[12 + 12 * wide];
      var type = wrap(bytes);
      var kind = random.nextInt(4) == 0 ? UNION : STRUCT;
      type.putInt(4, kind << 24 | wide).putInt(8, size);
      for (int m = 0; m < wide; m++) {
        type.putInt(12 + 12 * m, named || i == deep - 1 ? string(random) : 0);
        type.putInt(16 + 12 * m, i == deep - 1 ? id(random) : first + i + 1);
      }
      changed.add(bytes);
    }
    if (!structs.isEmpty()) {
      var index = structs.get(random.nextInt(structs.size()));
      var holder = changed.get(index).clone();
      var member = 12 + 12 * random.nextInt((holder.length - 12) / 12);
      var buffer = wrap(holder).putInt(member + 4, first);
      if (random.nextInt(3) != 0) {
        buffer.putInt(member, 0);
      }
      changed.set(index, holder);
    }
  }

  private byte[] bytes(List<byte[]> changed) {
    var length = changed.stream().mapToInt(t -> t.length).sum();
    var bytes = Arrays.copyOf(Arrays.copyOf(original, header), header + length + strings.length);
    var buffer = wrap(bytes);
    buffer.putInt(8, 0).putInt(12, length).putInt(16, length).putInt(20, strings.length);
    buffer.position(header);
    changed.forEach(buffer::put);
    buffer.put(strings);
    return bytes;
  }
}
