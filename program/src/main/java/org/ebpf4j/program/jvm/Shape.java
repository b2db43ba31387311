package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How values of a Java type stand in memory, by the rules of C. Maps on the JVM keep objects; what
/// goes in and out is copied by way of these bytes, and keys are the same where their bytes are.
public sealed interface Shape permits NumberShape, AtomicShape, ArrayShape, StructShape {
  /// How many bytes a value takes.
  int size();

  /// At a multiple of how many bytes it stands.
  int alignment();

  /// Writes a value. What does not fit is cut off, as a store does.
  void write(Object value, ByteBuffer to, int at);

  /// A new object of the bytes.
  Object read(ByteBuffer from, int at);

  /// Changes an object to what the bytes say.
  ///
  /// @throws UnsupportedOperationException where objects of the type do not change, see
  ///   [#changes()]
  void readInto(Object target, ByteBuffer from, int at);

  /// Whether objects of the type change: a reference to one is a pointer into a map.
  boolean changes();

  /// The bytes of a value.
  default byte[] bytes(Object value) {
    var bytes = new byte[size()];
    write(value, wrap(bytes), 0);
    return bytes;
  }

  /// The value of bytes.
  default Object value(byte[] bytes) {
    return read(wrap(bytes), 0);
  }

  /// A copy, as it comes out of memory.
  default Object copy(Object value) {
    return value(bytes(value));
  }

  /// The value of zeroes.
  default Object zero() {
    return value(new byte[size()]);
  }

  /// Bytes in the order of the machine.
  static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
