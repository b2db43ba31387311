package org.ebpf4j.program.jvm;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Prefixes and their values. A key is the number of bits that count, in 4 bytes, and the bits.
public final class TrieStore implements MapStore {
  private static final int LENGTH = Integer.BYTES;

  private final Supplier<Types> types;
  private final long most;
  private final Map<Prefix, CpuValues> entries = new LinkedHashMap<>();

  /// The bits that count; those behind them are zero.
  private record Prefix(int length, java.nio.ByteBuffer bits) {
    static Prefix of(byte[] key, int length) {
      var bits = new byte[key.length - LENGTH];
      for (int i = 0; i < bits.length; i++) {
        int left = Math.clamp(length - 8L * i, 0, 8);
        bits[i] = (byte) (key[LENGTH + i] & 0xff00 >> left);
      }
      return new Prefix(length, java.nio.ByteBuffer.wrap(bits));
    }

    byte[] key() {
      var key = new byte[LENGTH + bits.capacity()];
      Shape.wrap(key).putInt(0, length).put(LENGTH, bits, 0, bits.capacity());
      return key;
    }
  }

  /// @param types how keys and values stand in memory, asked for when they are wanted
  /// @param most how many entries there are at most
  public TrieStore(Supplier<Types> types, long most) {
    this.types = types;
    this.most = most;
  }

  private static int length(byte[] key) {
    return Shape.wrap(key).getInt(0);
  }

  private static boolean fits(byte[] key) {
    return Integer.compareUnsigned(length(key), 8 * (key.length - LENGTH)) <= 0;
  }

  private @Nullable CpuValues longest(byte[] key) {
    if (!fits(key)) {
      return null;
    }
    for (int length = length(key); length >= 0; length--) {
      var found = entries.get(Prefix.of(key, length));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /// The value of the longest prefix of a key; null where there is none.
  public synchronized @Nullable Object lookup(Object key) {
    var found = longest(types.get().key().bytes(key));
    return found == null ? null : found.current();
  }

  /// Puts a copy of a value. 0, or an error number.
  public int update(Object key, Object value, int mode) {
    return put(types.get().key().bytes(key), types.get().value().bytes(value), mode);
  }

  /// Takes an entry out, that of this very prefix. 0, or an error number.
  public int delete(Object key) {
    return remove(types.get().key().bytes(key));
  }

  @Override
  public int keySize() {
    return types.get().key().size();
  }

  @Override
  public int valueSize() {
    return types.get().value().size();
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] key) {
    var found = longest(key);
    return found == null ? null : found.bytes();
  }

  @Override
  public synchronized int put(byte[] key, byte[] value, int mode) {
    if (mode > EXIST || !fits(key)) {
      return Errno.EINVAL;
    }
    var prefix = Prefix.of(key, length(key));
    var there = entries.containsKey(prefix);
    if (mode == NO_EXIST && there) {
      return Errno.EEXIST;
    }
    if (mode == EXIST && !there) {
      return Errno.ENOENT;
    }
    if (!there && entries.size() >= most) {
      return Errno.ENOSPC;
    }
    var made = new CpuValues(types.get().value(), false);
    made.set(value);
    entries.put(prefix, made);
    return 0;
  }

  @Override
  public synchronized int remove(byte[] key) {
    if (!fits(key)) {
      return Errno.EINVAL;
    }
    return entries.remove(Prefix.of(key, length(key))) == null ? Errno.ENOENT : 0;
  }

  @Override
  public synchronized byte @Nullable [] next(byte @Nullable [] key) {
    var last = key == null ? null : Prefix.of(key, length(key));
    var seen = last == null || !entries.containsKey(last);
    for (var prefix : entries.keySet()) {
      if (seen) {
        return prefix.key();
      }
      seen = prefix.equals(last);
    }
    return null;
  }

  @Override
  public synchronized void clear() {
    entries.clear();
  }
}
