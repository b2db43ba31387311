package org.ebpf4j.linux.internal.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The attributes of a message, or of an attribute that is made of some, in their order.
public final class Attributes {
  private static final int TYPE_MASK = 0x3fff;

  private record Attribute(int type, ByteBuffer value) {}

  private final List<Attribute> attributes;

  private Attributes(List<Attribute> attributes) {
    this.attributes = attributes;
  }

  /// Reads attributes up to the end of `bytes`, or to the first that does not fit.
  static Attributes of(ByteBuffer bytes) {
    var found = new ArrayList<Attribute>();
    var position = bytes.position();
    while (position + 4 <= bytes.limit()) {
      var length = Short.toUnsignedInt(bytes.getShort(position));
      if (length < 4 || position + length > bytes.limit()) {
        break;
      }
      found.add(
          new Attribute(
              bytes.getShort(position + 2) & TYPE_MASK,
              bytes.slice(position + 4, length - 4).order(ByteOrder.nativeOrder())));
      position += (length + 3) & ~3;
    }
    return new Attributes(found);
  }

  private Optional<ByteBuffer> find(int type) {
    for (var attribute : attributes) {
      if (attribute.type == type) {
        return Optional.of(attribute.value);
      }
    }
    return Optional.empty();
  }

  /// Whether there is one of that type.
  public boolean has(int type) {
    return find(type).isPresent();
  }

  /// A number of 32 bits; 0 where it is missing.
  public int u32(int type) {
    return find(type).filter(b -> b.remaining() >= 4).map(b -> b.getInt(0)).orElse(0);
  }

  /// A number of 16 bits; 0 where it is missing.
  public int u16(int type) {
    return find(type)
        .filter(b -> b.remaining() >= 2)
        .map(b -> Short.toUnsignedInt(b.getShort(0)))
        .orElse(0);
  }

  /// A number of 8 bits; 0 where it is missing.
  public int u8(int type) {
    return find(type)
        .filter(b -> b.remaining() >= 1)
        .map(b -> Byte.toUnsignedInt(b.get(0)))
        .orElse(0);
  }

  /// The bytes; none where it is missing.
  public byte[] bytes(int type) {
    return find(type)
        .map(b -> {
          var bytes = new byte[b.remaining()];
          b.get(0, bytes);
          return bytes;
        })
        .orElse(new byte[0]);
  }

  /// Text, up to the zero behind it; empty where it is missing.
  public String text(int type) {
    var bytes = bytes(type);
    var length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /// The attributes that it is made of; none where it is missing.
  public Attributes nested(int type) {
    return find(type)
        .map(b -> of(b.duplicate().order(ByteOrder.nativeOrder())))
        .orElse(of(ByteBuffer.allocate(0)));
  }
}
