package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// The pages of memory that the kernel maps: 4 KiB on most machines, up to 64 KiB on some.
public final class Pages {
  private static final Path VECTOR = Path.of("/proc/self/auxv");

  /// `AT_PAGESZ` of `include/uapi/linux/auxvec.h`.
  private static final long PAGE_SIZE = 6;

  private static final int SIZE = read();

  private Pages() {}

  /// The bytes in one.
  public static int size() {
    return SIZE;
  }

  private static int read() {
    try {
      return find(Files.readAllBytes(VECTOR));
    } catch (IOException e) {
      throw FileError.of(VECTOR, "read", e);
    }
  }

  /// The size of a page in the vector that the kernel gives a process at its start: pairs of a
  /// number that says what follows, and that.
  static int find(byte[] vector) {
    var pairs = ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder());
    while (pairs.remaining() >= 16) {
      var what = pairs.getLong();
      var value = pairs.getLong();
      if (what == PAGE_SIZE) {
        return Math.toIntExact(value);
      }
    }
    throw new BpfException(VECTOR + " does not say how large a page is");
  }
}
