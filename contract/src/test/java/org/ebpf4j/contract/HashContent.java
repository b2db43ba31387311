package org.ebpf4j.contract;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.TreeMap;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Entries in the order of their keys, so that going through them holds while others come and go.
final class HashContent implements Content {
  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

  /// The keys in the order of their last use; not kept where a full map takes no more.
  private final @Nullable LinkedHashSet<Key> recent;

  private final long most;

  @SuppressWarnings("ArrayRecordComponent") // Compared by what is in it.
  private record Key(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && Arrays.equals(key.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /// @param most how many entries there may be
  /// @param forgets whether the entry that was not used for longest makes room for another
  HashContent(long most, boolean forgets) {
    this.most = most;
    this.recent = forgets ? new LinkedHashSet<>() : null;
  }

  private void use(byte[] key) {
    if (recent != null) {
      recent.addLast(new Key(key));
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var value = entries.get(key);
    if (value != null) {
      use(key);
    }
    return value;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    var there = entries.containsKey(key);
    if (mode == 1 && there) {
      return Errno.EEXIST;
    }
    if (mode == 2 && !there) {
      return Errno.ENOENT;
    }
    if (!there && entries.size() == most) {
      if (recent == null) {
        return Errno.E2BIG;
      }
      entries.remove(recent.removeFirst().bytes());
    }
    entries.put(key, value);
    use(key);
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return take(key) == null ? Errno.ENOENT : 0;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    if (recent != null) {
      recent.remove(new Key(key));
    }
    return entries.remove(key);
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
    return true;
  }
}
