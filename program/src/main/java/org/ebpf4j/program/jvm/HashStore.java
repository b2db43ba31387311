package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// The entries of a hash map. Values are objects: a lookup gives the object itself, which programs
/// change; what is put is copied. An update makes a new object, so that what was looked up before
/// changes the map no longer, as in the kernel.
public final class HashStore implements MapStore {
  private final Supplier<Types> types;
  private final long most;
  private final boolean perCpu;
  private final boolean forgets;
  private final LinkedHashMap<ByteBuffer, CpuValues> entries;

  /// @param types how keys and values stand in memory, asked for when they are wanted
  /// @param most how many entries there are at most
  /// @param perCpu whether there is a value for each CPU
  /// @param forgets whether the entry that was not used for longest makes room for another
  public HashStore(Supplier<Types> types, long most, boolean perCpu, boolean forgets) {
    this.types = types;
    this.most = most;
    this.perCpu = perCpu;
    this.forgets = forgets;
    this.entries = new LinkedHashMap<>(16, 0.75f, forgets);
  }

  private static byte[] bytes(ByteBuffer key) {
    var bytes = new byte[key.remaining()];
    key.get(key.position(), bytes);
    return bytes;
  }

  private ByteBuffer place(Object key) {
    return ByteBuffer.wrap(types.get().key().bytes(key));
  }

  /// The value at a key, that of the current CPU; null where there is none.
  public synchronized @Nullable Object lookup(Object key) {
    var found = entries.get(place(key));
    return found == null ? null : found.current();
  }

  /// The value at a key on one CPU; null where there is none.
  public synchronized @Nullable Object lookup(Object key, int cpu) {
    var found = entries.get(place(key));
    return found == null || cpu < 0 || cpu >= found.count() ? null : found.of(cpu);
  }

  /// Puts a copy of a value; that of the current CPU, the others stay or are zero. 0, or an error
  /// number.
  public synchronized int update(Object key, Object value, int mode) {
    var place = place(key);
    int refused = admit(place, mode);
    if (refused != 0) {
      return refused;
    }
    var old = entries.get(place);
    if (old == null || !perCpu) {
      var made = new CpuValues(types.get().value(), perCpu);
      made.set(value);
      entries.put(place, made);
    } else {
      old.set(value);
    }
    return 0;
  }

  private int admit(ByteBuffer key, int mode) {
    var there = entries.containsKey(key);
    if (mode > EXIST) {
      return Errno.EINVAL;
    }
    if (mode == NO_EXIST && there) {
      return Errno.EEXIST;
    }
    if (mode == EXIST && !there) {
      return Errno.ENOENT;
    }
    if (!there && entries.size() >= most) {
      if (!forgets) {
        return Errno.E2BIG;
      }
      entries.remove(entries.keySet().iterator().next());
    }
    return 0;
  }

  /// Takes an entry out. 0, or an error number.
  public synchronized int delete(Object key) {
    return entries.remove(place(key)) == null ? Errno.ENOENT : 0;
  }

  /// The entries as they are now, with the values of the current CPU.
  public synchronized Map<Object, Object> entries() {
    var all = new LinkedHashMap<Object, Object>();
    entries.forEach((key, value) -> all.put(types.get().key().value(bytes(key)), value.current()));
    return all;
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
    // The order of use is that of programs.
    for (var entry : entries.entrySet()) {
      if (entry.getKey().equals(ByteBuffer.wrap(key))) {
        return entry.getValue().bytes();
      }
    }
    return null;
  }

  @Override
  public synchronized int put(byte[] key, byte[] value, int mode) {
    var place = ByteBuffer.wrap(key.clone());
    int refused = admit(place, mode);
    if (refused == 0) {
      var made = new CpuValues(types.get().value(), perCpu);
      made.set(value);
      entries.put(place, made);
    }
    return refused;
  }

  @Override
  public synchronized int remove(byte[] key) {
    return entries.remove(ByteBuffer.wrap(key)) == null ? Errno.ENOENT : 0;
  }

  /// In the order of the keys, so that it holds while others come and go.
  @Override
  public synchronized byte @Nullable [] next(byte @Nullable [] key) {
    var keys = new ArrayList<>(entries.keySet());
    keys.sort(null);
    for (var candidate : keys) {
      if (key == null
          || !entries.containsKey(ByteBuffer.wrap(key))
          || candidate.compareTo(ByteBuffer.wrap(key)) > 0) {
        return bytes(candidate);
      }
    }
    return null;
  }

  @Override
  public synchronized void clear() {
    entries.clear();
  }
}
