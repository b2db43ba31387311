package org.ebpf4j.vm.internal.map;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Entries by keys of bytes, found in memory as they stand there: a lookup copies nothing. Knows in
/// which order they were used last. Not for several threads.
///
/// @param <E> what an entry is
final class HashTable<E extends HashTable.Entry<E>> {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SMALLEST = 16;
  private static final int MIX = 0x9E3779B9;

  private final int keySize;
  private final TreeMap<byte[], E> inOrder = new TreeMap<>(Arrays::compareUnsigned);
  private @Nullable Object[] buckets = new @Nullable Object[SMALLEST];
  private int count;
  private @Nullable E oldest;
  private @Nullable E newest;

  /// An entry, in the chain of its bucket and in the order of use.
  abstract static class Entry<E extends Entry<E>> {
    final byte[] key;
    int hash;
    @Nullable E chain;
    @Nullable E older;
    @Nullable E newer;

    Entry(byte[] key) {
      this.key = key;
    }
  }

  HashTable(int keySize) {
    this.keySize = keySize;
  }

  int count() {
    return count;
  }

  private int hash(byte[] memory, int at) {
    int hash = 0;
    int i = at;
    for (; i + Long.BYTES <= at + keySize; i += Long.BYTES) {
      var word = (long) LONG.get(memory, i);
      hash = (hash ^ (int) (word ^ (word >>> Integer.SIZE))) * MIX;
    }
    if (i + Integer.BYTES <= at + keySize) {
      hash = (hash ^ (int) INT.get(memory, i)) * MIX;
      i += Integer.BYTES;
    }
    for (; i < at + keySize; i++) {
      hash = (hash ^ memory[i]) * MIX;
    }
    return hash ^ (hash >>> 15);
  }

  private boolean equal(byte[] key, byte[] memory, int at) {
    return switch (keySize) {
      case Integer.BYTES -> (int) INT.get(key, 0) == (int) INT.get(memory, at);
      case Long.BYTES -> (long) LONG.get(key, 0) == (long) LONG.get(memory, at);
      default -> Arrays.equals(key, 0, keySize, memory, at, at + keySize);
    };
  }

  @SuppressWarnings("unchecked") // Buckets hold entries only.
  private @Nullable E bucket(int hash) {
    return (E) buckets[hash & (buckets.length - 1)];
  }

  /// The entry of the key that is in `memory` at `at`; null where there is none.
  @Nullable E find(byte[] memory, int at) {
    var hash = hash(memory, at);
    for (var entry = bucket(hash); entry != null; entry = entry.chain) {
      if (entry.hash == hash && equal(entry.key, memory, at)) {
        return entry;
      }
    }
    return null;
  }

  /// Adds an entry whose key is not there.
  void add(E entry) {
    if (count >= buckets.length) {
      grow();
    }
    entry.hash = hash(entry.key, 0);
    chain(entry);
    append(entry);
    inOrder.put(entry.key, entry);
    count++;
  }

  private void chain(E entry) {
    entry.chain = bucket(entry.hash);
    buckets[entry.hash & (buckets.length - 1)] = entry;
  }

  private void grow() {
    buckets = new @Nullable Object[buckets.length * 2];
    each(this::chain);
  }

  /// Takes an entry out.
  void remove(E entry) {
    var before = bucket(entry.hash);
    if (isSame(before, entry)) {
      buckets[entry.hash & (buckets.length - 1)] = entry.chain;
    } else {
      while (before != null && !isSame(before.chain, entry)) {
        before = before.chain;
      }
      if (before != null) {
        before.chain = entry.chain;
      }
    }
    unlink(entry);
    inOrder.remove(entry.key);
    count--;
  }

  @SuppressWarnings("ReferenceEquality") // The very one is meant.
  private boolean isSame(@Nullable E one, @Nullable E other) {
    return one == other;
  }

  private void append(E entry) {
    entry.older = newest;
    entry.newer = null;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void unlink(E entry) {
    if (entry.older == null) {
      oldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
  }

  /// Says that an entry was used.
  void use(E entry) {
    if (!isSame(entry, newest)) {
      unlink(entry);
      append(entry);
    }
  }

  /// The entry that was not used for longest; null where there is none.
  @Nullable E oldest() {
    return oldest;
  }

  /// The key after a key, or the first, in the order of their bytes.
  byte @Nullable [] next(byte @Nullable [] key) {
    if (key == null) {
      return inOrder.isEmpty() ? null : inOrder.firstKey();
    }
    return inOrder.higherKey(key);
  }

  /// Goes through all entries, the oldest first.
  void each(Consumer<E> action) {
    var entry = oldest;
    while (entry != null) {
      var next = entry.newer;
      action.accept(entry);
      entry = next;
    }
  }
}
