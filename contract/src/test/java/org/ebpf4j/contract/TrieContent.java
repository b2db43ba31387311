package org.ebpf4j.contract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.TreeMap;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Prefixes: a key is a number of bits in 4 bytes, and the bits.
final class TrieContent implements Content {
  private static final int LENGTH = 4;

  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private final long most;

  TrieContent(long most) {
    this.most = most;
  }

  private static int length(byte[] key) {
    return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt();
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
    return length(key) >= 0 && length(key) <= 8 * (key.length - LENGTH);
  }

  /// The value of the longest prefix that is there.
  @Override
  public byte @Nullable [] get(byte[] key) {
    if (!isValid(key)) {
      return null;
    }
    for (int bits = length(key); bits >= 0; bits--) {
      var value = entries.get(prefix(key, bits));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (!isValid(key)) {
      return Errno.EINVAL;
    }
    var exact = prefix(key, length(key));
    var there = entries.containsKey(exact);
    if (mode == 1 && there) {
      return Errno.EEXIST;
    }
    if (mode == 2 && !there) {
      return Errno.ENOENT;
    }
    if (!there && entries.size() == most) {
      return Errno.ENOSPC;
    }
    entries.put(exact, value);
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    if (!isValid(key)) {
      return Errno.EINVAL;
    }
    return entries.remove(prefix(key, length(key))) == null ? Errno.ENOENT : 0;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    throw new Unsupported();
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    if (key == null) {
      return entries.isEmpty() ? null : entries.firstKey();
    }
    return entries.higherKey(key);
  }

  @Override
  public boolean takesMany() {
    return false;
  }
}
