package org.ebpf4j.vm.internal.map;

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
  private final SpecialFields special;
  private final SpecialFields.Release release;
  private final HashTable<Entry> entries;

  /// A value: the bytes of all CPUs, and what stands for them in memory once a program has asked.
  private static final class Entry extends HashTable.Entry<Entry> {
    final byte[][] values;
    final @Nullable Region[] regions;

    Entry(byte[] key, int cpus, int size) {
      super(key);
      values = new byte[cpus][size];
      regions = new @Nullable Region[cpus];
    }
  }

  /// @param layout keys, values and how many entries there may be
  /// @param forgets whether the entry that was not used for longest makes room for another
  /// @param writable whether programs may write
  HashContent(Memory memory, Layout layout, boolean forgets, boolean writable) {
    this.memory = memory;
    this.name = layout.name();
    this.size = layout.valueSize();
    this.stride = Values.stride(size);
    this.cpus = layout.cpus();
    this.most = layout.entries();
    this.special = layout.special();
    this.release = layout.release();
    this.forgets = forgets;
    this.writable = writable;
    this.entries = new HashTable<>(layout.keySize());
  }

  private byte[] exchanged(Entry entry) {
    if (cpus == 0) {
      var value = entry.values[0].clone();
      special.hide(value);
      return value;
    }
    var all = new byte[cpus * stride];
    for (int i = 0; i < cpus; i++) {
      System.arraycopy(entry.values[i], 0, all, i * stride, size);
    }
    return all;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var entry = entries.find(key, 0);
    return entry == null ? null : exchanged(entry);
  }

  @Override
  public long address(byte[] key, int cpu) {
    return address(key, 0, cpu);
  }

  @Override
  public boolean findsInPlace() {
    return true;
  }

  @Override
  public long address(byte[] bytes, int at, int cpu) {
    var entry = entries.find(bytes, at);
    if (entry == null) {
      return 0;
    }
    if (forgets) {
      entries.use(entry);
    }
    var index = cpus == 0 ? 0 : cpu;
    var region = entry.regions[index];
    return region == null ? place(entry, index) : region.address();
  }

  private long place(Entry entry, int index) {
    var region = new Region("a value of map '" + name + "'", entry.values[index], writable);
    entry.regions[index] = region;
    return memory.add(region);
  }

  private void forget(Entry entry) {
    for (var region : entry.regions) {
      if (region != null) {
        special.free(memory, region.address(), release);
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
    var entry = entries.find(key, 0);
    if (mode == NO_EXIST && entry != null) {
      return Errno.EEXIST;
    }
    if (mode == EXIST && entry == null) {
      return Errno.ENOENT;
    }
    if (entry == null) {
      if (entries.count() == most) {
        var oldest = entries.oldest();
        if (!forgets || oldest == null) {
          return Errno.E2BIG;
        }
        remove(oldest);
      }
      entry = new Entry(key.clone(), Math.max(cpus, 1), size);
      entries.add(entry);
    } else {
      entries.use(entry);
      freeFields(entry);
    }
    if (cpus == 0) {
      special.copy(value, 0, entry.values[0], 0, size);
    } else if (cpu >= 0) {
      System.arraycopy(value, 0, entry.values[cpu], 0, size);
    } else {
      for (int i = 0; i < cpus; i++) {
        System.arraycopy(value, i * stride, entry.values[i], 0, size);
      }
    }
    return 0;
  }

  /// Frees what programs have put into a value that is overwritten: only they put anything there.
  private void freeFields(Entry entry) {
    var region = entry.regions[0];
    if (cpus == 0 && region != null && special.own()) {
      special.free(memory, region.address(), release);
    }
  }

  private void remove(Entry entry) {
    entries.remove(entry);
    forget(entry);
  }

  @Override
  public int remove(byte[] key) {
    return take(key) == null ? Errno.ENOENT : 0;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    var entry = entries.find(key, 0);
    if (entry == null) {
      return null;
    }
    remove(entry);
    return exchanged(entry);
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return entries.next(key);
  }

  @Override
  public boolean takesMany() {
    return true;
  }

  @Override
  public void release() {
    entries.each(this::forget);
  }
}
