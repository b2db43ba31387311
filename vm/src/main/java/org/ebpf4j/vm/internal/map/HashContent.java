package org.ebpf4j.vm.internal.map;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// Entries by key, each value a region of its own. Going through them is in the order of their
/// keys, so that it holds while others come and go.
final class HashContent implements Content {
  private final Memory memory;
  private final String name;
  private final int size;
  private final int stride;
  private final int cpus;
  private final long most;
  private final boolean forgets;
  private final boolean writable;
  private final Map<Key, Entry> entries;
  private final TreeMap<byte[], Entry> inOrder = new TreeMap<>(Arrays::compareUnsigned);

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

  /// A value: the bytes of all CPUs, and what stands for them in memory once a program has asked.
  private static final class Entry {
    final byte[][] values;
    final @Nullable Region[] regions;

    Entry(int cpus, int size) {
      values = new byte[cpus][size];
      regions = new @Nullable Region[cpus];
    }
  }

  /// @param name the name of the map
  /// @param size the bytes of a value, of one CPU in a per-CPU map
  /// @param cpus how many CPUs have a value of their own, or 0
  /// @param most how many entries there may be
  /// @param forgets whether the entry that was not used for longest makes room for another
  /// @param writable whether programs may write
  HashContent(
      Memory memory,
      String name,
      int size,
      int cpus,
      long most,
      boolean forgets,
      boolean writable) {
    this.memory = memory;
    this.name = name;
    this.size = size;
    this.stride = Values.stride(size);
    this.cpus = cpus;
    this.most = most;
    this.forgets = forgets;
    this.writable = writable;
    // In the order of their last use, where that matters.
    this.entries = forgets ? new LinkedHashMap<>(16, 0.75f, true) : new HashMap<>();
  }

  private byte[] exchanged(Entry entry) {
    if (cpus == 0) {
      return entry.values[0].clone();
    }
    var all = new byte[cpus * stride];
    for (int i = 0; i < cpus; i++) {
      System.arraycopy(entry.values[i], 0, all, i * stride, size);
    }
    return all;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var entry = entries.get(new Key(key));
    return entry == null ? null : exchanged(entry);
  }

  @Override
  public long address(byte[] key, int cpu) {
    var entry = entries.get(new Key(key));
    if (entry == null) {
      return 0;
    }
    var index = cpus == 0 ? 0 : cpu;
    var region = entry.regions[index];
    if (region == null) {
      region = new Region("a value of map '" + name + "'", entry.values[index], writable);
      memory.add(region);
      entry.regions[index] = region;
    }
    return region.address();
  }

  private void forget(Entry entry) {
    for (var region : entry.regions) {
      if (region != null) {
        memory.remove(region);
      }
    }
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return put(key, value, mode, -1);
  }

  /// @param cpu the one whose value it is, or -1 for those of all
  @Override
  public int put(byte[] key, byte[] value, int mode, int cpu) {
    var hash = new Key(key);
    var entry = entries.get(hash);
    if (mode == NO_EXIST && entry != null) {
      return Errno.EEXIST;
    }
    if (mode == EXIST && entry == null) {
      return Errno.ENOENT;
    }
    if (entry == null) {
      if (entries.size() == most) {
        if (!forgets) {
          return Errno.E2BIG;
        }
        take(entries.keySet().iterator().next().bytes());
      }
      entry = new Entry(Math.max(cpus, 1), size);
      entries.put(new Key(key.clone()), entry);
      inOrder.put(key.clone(), entry);
    }
    if (cpus == 0) {
      System.arraycopy(value, 0, entry.values[0], 0, size);
    } else if (cpu >= 0) {
      System.arraycopy(value, 0, entry.values[cpu], 0, size);
    } else {
      for (int i = 0; i < cpus; i++) {
        System.arraycopy(value, i * stride, entry.values[i], 0, size);
      }
    }
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return take(key) == null ? Errno.ENOENT : 0;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    var entry = entries.remove(new Key(key));
    if (entry == null) {
      return null;
    }
    inOrder.remove(key);
    forget(entry);
    return exchanged(entry);
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    if (key == null) {
      return inOrder.isEmpty() ? null : inOrder.firstKey();
    }
    return inOrder.higherKey(key);
  }

  @Override
  public boolean takesMany() {
    return true;
  }

  @Override
  public void release() {
    entries.values().forEach(this::forget);
  }
}
