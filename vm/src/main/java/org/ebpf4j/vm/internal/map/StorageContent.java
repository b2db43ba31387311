package org.ebpf4j.vm.internal.map;

import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// Values that hang on something of the kernel, and go with it: a task, a socket, a file, a cgroup.
/// User space names that by a number that is open, programs by its address.
public final class StorageContent implements Content {
  private final Registry registry;
  private final Memory memory;
  private final Layout layout;
  private final HostObject.Type owners;
  private final Map<Long, Entry> entries = new HashMap<>();

  /// A value, and the memory of what it hangs on.
  private record Entry(Region owner, Region value) {
    byte[] bytes() {
      return java.util.Objects.requireNonNull(value.bytes());
    }
  }

  /// @param owners what values hang on
  StorageContent(Registry registry, Memory memory, Layout layout, HostObject.Type owners) {
    this.registry = registry;
    this.memory = memory;
    this.layout = layout;
    this.owners = owners;
  }

  /// What a number stands for; 0 where for nothing that values hang on.
  private long owner(byte[] key) {
    return registry.opened(Values.u32(key)) instanceof HostObject host && host.type() == owners
        ? host.address()
        : 0;
  }

  @SuppressWarnings("ReferenceEquality") // Another thing may be at the address now.
  private @Nullable Entry find(long owner) {
    var entry = entries.get(owner);
    if (entry != null && memory.find(owner) != entry.owner()) {
      drop(owner);
      return null;
    }
    return entry;
  }

  private void drop(long owner) {
    var entry = entries.remove(owner);
    if (entry != null) {
      layout.special().free(memory, entry.value().address(), layout.release());
      memory.remove(entry.value());
    }
  }

  private Entry make(long owner) {
    entries.keySet().stream().toList().forEach(this::find);
    var value =
        new Region("a value of map '" + layout.name() + "'", new byte[layout.valueSize()], true);
    var entry = new Entry(memory.at(owner), value);
    memory.add(value);
    entries.put(owner, entry);
    return entry;
  }

  /// The address of the value of what is at an address, for programs; 0 where there is none.
  ///
  /// @param create whether it is made where it is not there
  /// @param first what it is then at first, or null for zeroes
  public long get(long owner, boolean create, byte @Nullable [] first) {
    var entry = find(owner);
    if (entry == null && create) {
      entry = make(owner);
      if (first != null) {
        layout.special().copy(first, 0, entry.bytes(), 0, layout.valueSize());
      }
    }
    return entry == null ? 0 : entry.value().address();
  }

  /// Removes the value of what is at an address.
  public int delete(long owner) {
    if (find(owner) == null) {
      return Errno.ENOENT;
    }
    drop(owner);
    return 0;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var owner = owner(key);
    if (owner == 0) {
      throw new Unsupported(Errno.EBADF);
    }
    var entry = find(owner);
    if (entry == null) {
      return null;
    }
    var value = entry.bytes().clone();
    layout.special().hide(value);
    return value;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    var owner = owner(key);
    if (owner == 0) {
      return Errno.EBADF;
    }
    var entry = find(owner);
    if (mode == NO_EXIST && entry != null) {
      return Errno.EEXIST;
    }
    if (mode == EXIST && entry == null) {
      return Errno.ENOENT;
    }
    var written = entry == null ? make(owner) : entry;
    layout.special().copy(value, 0, written.bytes(), 0, layout.valueSize());
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    var owner = owner(key);
    return owner == 0 ? Errno.EBADF : delete(owner);
  }

  @Override
  public void release() {
    entries.keySet().stream().toList().forEach(this::drop);
  }

  /// Values of cgroups that programs are attached to, one for each cgroup or for each type of
  /// attachment to it (`kernel/bpf/local_storage.c`). They are made when a program is attached, and
  /// stay for as long as the map.
  public static final class OfCgroups implements Content {
    private static final int WITH_TYPE = 16;
    private static final int TYPE_END = 12;

    private final HashContent values;
    private final Layout layout;

    /// @param values the values, by key
    OfCgroups(HashContent values, Layout layout) {
      this.values = values;
      this.layout = layout;
    }

    /// How many bytes a value has that is no attachment's, of one CPU.
    public int valueSize() {
      return layout.valueSize();
    }

    /// The name of the map.
    public String name() {
      return layout.name();
    }

    private byte[] key(byte[] key) {
      var own = java.util.Arrays.copyOf(key, layout.keySize());
      if (own.length == WITH_TYPE) {
        java.util.Arrays.fill(own, TYPE_END, WITH_TYPE, (byte) 0);
      }
      return own;
    }

    /// Makes the value of an attachment, where it is not there.
    ///
    /// @param attachment the id of the cgroup in 8 bytes, and the type of attachment in 4
    public void attach(byte[] attachment) {
      var key = key(attachment);
      if (values.get(key) == null) {
        var size =
            layout.cpus() == 0
                ? layout.valueSize()
                : layout.cpus() * Values.stride(layout.valueSize());
        values.put(key, new byte[size], ANY);
      }
    }

    /// The address of the value of an attachment, for a program on a CPU.
    public long ofAttachment(byte[] attachment, int cpu) {
      return values.address(key(attachment), cpu);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      return values.get(key(key));
    }

    @Override
    public int put(byte[] key, byte[] value, int mode) {
      if (mode == NO_EXIST) {
        return Errno.EINVAL;
      }
      return values.get(key(key)) == null ? Errno.ENOENT : values.put(key(key), value, ANY);
    }

    @Override
    public int remove(byte[] key) {
      return Errno.EINVAL;
    }

    @Override
    public byte @Nullable [] next(byte @Nullable [] key) {
      return key != null && get(key) == null ? null : values.next(key == null ? null : key(key));
    }

    @Override
    public void release() {
      values.release();
    }
  }
}
