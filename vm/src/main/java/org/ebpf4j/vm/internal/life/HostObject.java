package org.ebpf4j.vm.internal.life;

import java.util.Locale;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// Something of the kernel that is no object of BPF, and that maps hold or hang values on: a
/// socket, a cgroup, a process. It has an address, at which programs find it.
public final class HostObject extends Kept {
  private final Type type;
  private final String name;
  private final Memory memory;
  private final long address;
  private final @Nullable Region own;

  /// What there is.
  public enum Type {
    /// A process or thread, `struct task_struct`.
    TASK,
    /// A socket, `struct sock`.
    SOCKET,
    /// A socket of packets of a device (`AF_XDP`).
    XDP_SOCKET,
    /// A file, `struct inode`.
    INODE,
    /// A control group, `struct cgroup`.
    CGROUP;

    /// As in a message.
    public String label() {
      return this == XDP_SOCKET ? "AF_XDP socket" : name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param address where programs find it, or 0 where nothing is known of it but that it is there
  public HostObject(Registry registry, Memory memory, Type type, String name, long address) {
    super(Kind.HOST_OBJECT, registry.newId(Kind.HOST_OBJECT));
    this.type = type;
    this.name = name;
    this.memory = memory;
    if (address == 0) {
      own = new Region(type.label() + " '" + name + "'", new byte[0], false);
      this.address = memory.add(own);
    } else {
      own = null;
      this.address = address;
    }
  }

  /// What it is.
  public Type type() {
    return type;
  }

  /// Where programs find it.
  public long address() {
    return address;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  protected void released() {
    if (own != null) {
      memory.remove(own);
    }
  }
}
