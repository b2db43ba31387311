package org.ebpf4j.object;

import java.util.Arrays;

/// A run of bytes as a value: equal by content, never changed.
public final class Bytes {
  /// No bytes.
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A copy of an array.
  public static Bytes of(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /// How many there are.
  public int size() {
    return bytes.length;
  }

  /// A copy as an array.
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes b && Arrays.equals(bytes, b.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
