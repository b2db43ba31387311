package org.ebpf4j.binary;

import java.util.Arrays;

/// Bytes that are read piece by piece: a large file of which little is of interest. One that is
/// shared by threads has to take calls of several at a time.
public interface ByteSource {
  /// The number of bytes.
  long size();

  /// A copy of some bytes. Callers ask for what is inside [#size()] only.
  byte[] read(long offset, int length);

  /// All the bytes of an array, which is not copied.
  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public byte[] read(long offset, int length) {
        var from = Math.toIntExact(offset);
        return Arrays.copyOfRange(bytes, from, from + length);
      }
    };
  }

  /// A part of these bytes, which is read as if it was the whole.
  default ByteSource part(long start, long length) {
    var whole = this;
    return new ByteSource() {
      @Override
      public long size() {
        return length;
      }

      @Override
      public byte[] read(long offset, int count) {
        return whole.read(start + offset, count);
      }
    };
  }
}
