package org.ebpf4j.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What generated code asks about values of several bytes: text, addresses, arrays.
final class Blocks {
  private Blocks() {}

  static void zero(MemorySegment memory, long offset, long size) {
    memory.asSlice(offset, size).fill((byte) 0);
  }

  static Object readRaw(MemorySegment memory, long offset, int size) {
    var bytes = new byte[size];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, size);
    return bytes;
  }

  static void writeRaw(
      MemorySegment memory, long offset, Object value, int size, String component) {
    var bytes = (byte[]) value;
    checkLength(bytes.length, size, component);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, size);
  }

  static void checkLength(int length, int expected, String component) {
    if (length != expected) {
      throw new IllegalArgumentException(
          component + ": an array of length " + length + ", where " + expected + " is expected");
    }
  }

  /// All that is left.
  static Object restRaw(MemorySegment memory, long offset, long left) {
    return readRaw(memory, offset, Math.toIntExact(Math.max(0, left)));
  }

  /// Text up to its first zero, or all that is left.
  static Object restText(MemorySegment memory, long offset, long left) {
    return readText(memory, offset, Math.toIntExact(Math.max(0, left)));
  }

  /// Values are written into as many bytes as their type has, which are none for a flexible array.
  static void checkNoRest(Object value, String component) {
    var length = value instanceof String text ? text.length() : Array.getLength(value);
    if (length != 0) {
      throw new IllegalArgumentException(
          component
              + ": a flexible array of "
              + length
              + " elements, which a value of a fixed size has no room for");
    }
  }

  static Object readText(MemorySegment memory, long offset, int size) {
    var length = 0;
    while (length < size && memory.get(ValueLayout.JAVA_BYTE, offset + length) != 0) {
      length++;
    }
    var bytes = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Text may fill its place, without a zero behind it.
  static void writeText(
      MemorySegment memory, long offset, Object value, int size, String component) {
    var text = (String) value;
    checkText(text, component);
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > size) {
      throw new IllegalArgumentException(
          component + ": text of " + bytes.length + " bytes, where " + size + " is the most");
    }
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
    if (bytes.length < size) {
      zero(memory, offset + bytes.length, size - bytes.length);
    }
  }

  /// Text that would be read as another is not written.
  private static void checkText(String text, String component) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == 0) {
        throw new IllegalArgumentException(
            component + ": text with a zero at " + i + ", which would end it");
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            component + ": text with half a character at " + i + ", which UTF-8 has no form for");
      }
    }
  }

  static Object readAddress(MemorySegment memory, long offset, int size, boolean six) {
    var bytes = (byte[]) readRaw(memory, offset, size);
    try {
      // The general method makes IPv4 of an IPv4 address in IPv6.
      return six ? Inet6Address.getByAddress(null, bytes, -1) : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("addresses of " + size + " bytes", e);
    }
  }

  static void writeAddress(
      MemorySegment memory, long offset, Object value, int size, String component) {
    var address = (InetAddress) value;
    var bytes = address.getAddress();
    if (size == 16 && address instanceof Inet4Address) {
      var mapped = new byte[16];
      Arrays.fill(mapped, 10, 12, (byte) -1);
      System.arraycopy(bytes, 0, mapped, 12, 4);
      bytes = mapped;
    }
    if (bytes.length != size) {
      throw new IllegalArgumentException(
          component + ": " + address.getHostAddress() + " does not fit into " + size + " bytes");
    }
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, size);
  }
}
