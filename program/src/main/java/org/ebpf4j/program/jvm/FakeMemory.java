package org.ebpf4j.program.jvm;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The memory of processes and of the kernel, as far as a test made it.
final class FakeMemory {
  private final TreeMap<Long, byte[]> pieces = new TreeMap<>(Long::compareUnsigned);

  void put(long address, byte[] bytes) {
    pieces.put(address, bytes.clone());
  }

  private Map.@Nullable Entry<Long, byte[]> piece(long address) {
    var found = pieces.floorEntry(address);
    return found != null && address - found.getKey() < found.getValue().length ? found : null;
  }

  /// The bytes at an address; null where not all of them are there.
  byte @Nullable [] read(long address, int length) {
    var found = piece(address);
    if (found == null) {
      return null;
    }
    int from = (int) (address - found.getKey());
    return length > found.getValue().length - from
        ? null
        : Arrays.copyOfRange(found.getValue(), from, from + length);
  }

  /// The text at an address with the zero behind it, of which `most` bytes at most; null where
  /// there is none.
  byte @Nullable [] text(long address, int most) {
    var found = piece(address);
    if (found == null) {
      return null;
    }
    int from = (int) (address - found.getKey());
    int to = from;
    var bytes = found.getValue();
    while (to < bytes.length && bytes[to] != 0) {
      to++;
    }
    var text = new byte[Math.min(to - from + 1, most)];
    System.arraycopy(bytes, from, text, 0, Math.min(to - from, Math.max(text.length - 1, 0)));
    return text;
  }

  /// Changes bytes; whether they are there.
  boolean write(long address, byte[] bytes) {
    var found = piece(address);
    if (found == null || bytes.length > found.getValue().length - (address - found.getKey())) {
      return false;
    }
    System.arraycopy(bytes, 0, found.getValue(), (int) (address - found.getKey()), bytes.length);
    return true;
  }
}
