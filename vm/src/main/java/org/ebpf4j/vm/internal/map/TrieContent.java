package org.ebpf4j.vm.internal.map;

import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Memory;
import org.jspecify.annotations.Nullable;

/// Prefixes: a key is a number of bits in 4 bytes, and the bits.
final class TrieContent implements Content {
  private static final int LENGTH = 4;

  private final HashContent entries;

  TrieContent(Memory memory, Layout layout, boolean writable) {
    this.entries = new HashContent(memory, layout, false, writable);
  }

  /// The key of the first `bits` bits of another.
  private static byte[] prefix(byte[] key, int bits) {
    var out = new byte[key.length];
    System.arraycopy(Values.u32(bits), 0, out, 0, LENGTH);
    for (int bit = 0; bit < bits; bit++) {
      var at = LENGTH + bit / 8;
      out[at] |= (byte) (key[at] & 0x80 >> bit % 8);
    }
    return out;
  }

  private static boolean isValid(byte[] key) {
    var length = Values.u32(key);
    return length >= 0 && length <= 8 * (key.length - LENGTH);
  }

  /// The value of the longest prefix that is there.
  @Override
  public byte @Nullable [] get(byte[] key) {
    for (int bits = isValid(key) ? Values.u32(key) : -1; bits >= 0; bits--) {
      var value = entries.get(prefix(key, bits));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  @Override
  public long address(byte[] key, int cpu) {
    for (int bits = isValid(key) ? Values.u32(key) : -1; bits >= 0; bits--) {
      var address = entries.address(prefix(key, bits), cpu);
      if (address != 0) {
        return address;
      }
    }
    return 0;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (!isValid(key)) {
      return Errno.EINVAL;
    }
    var errno = entries.put(prefix(key, Values.u32(key)), value, mode);
    return errno == Errno.E2BIG ? Errno.ENOSPC : errno;
  }

  @Override
  public int remove(byte[] key) {
    return isValid(key) ? entries.remove(prefix(key, Values.u32(key))) : Errno.EINVAL;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return entries.next(key);
  }

  @Override
  public void release() {
    entries.release();
  }
}
