package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;

/// A number.
///
/// @param type its type in Java, a primitive one
/// @param size how many bytes it has in memory
/// @param signed whether it is widened with its sign
record NumberShape(Class<?> type, int size, boolean signed) implements Shape {
  @Override
  public int alignment() {
    return size;
  }

  @Override
  public boolean changes() {
    return false;
  }

  @Override
  public void write(Object value, ByteBuffer to, int at) {
    put(to, at, size, bits(value));
  }

  @Override
  public Object read(ByteBuffer from, int at) {
    return boxed(type, get(from, at, size, signed));
  }

  @Override
  public void readInto(Object target, ByteBuffer from, int at) {
    throw new UnsupportedOperationException("a number does not change");
  }

  static long bits(Object value) {
    return switch (value) {
      case Boolean truth -> truth ? 1 : 0;
      case Character character -> character;
      case Number number -> number.longValue();
      default -> throw new IllegalArgumentException("no number: " + value.getClass().getName());
    };
  }

  static Object boxed(Class<?> type, long bits) {
    if (type == long.class) {
      return bits;
    }
    if (type == int.class) {
      return (int) bits;
    }
    if (type == short.class) {
      return (short) bits;
    }
    if (type == byte.class) {
      return (byte) bits;
    }
    if (type == char.class) {
      return (char) bits;
    }
    return bits != 0;
  }

  static void put(ByteBuffer to, int at, int size, long bits) {
    switch (size) {
      case 1 -> to.put(at, (byte) bits);
      case 2 -> to.putShort(at, (short) bits);
      case 4 -> to.putInt(at, (int) bits);
      default -> to.putLong(at, bits);
    }
  }

  static long get(ByteBuffer from, int at, int size, boolean signed) {
    return switch (size) {
      case 1 -> signed ? from.get(at) : from.get(at) & 0xff;
      case 2 -> signed ? from.getShort(at) : from.getShort(at) & 0xffff;
      case 4 -> signed ? from.getInt(at) : from.getInt(at) & 0xffff_ffffL;
      default -> from.getLong(at);
    };
  }
}
