package org.ebpf4j.vm.internal.life;

import java.util.List;
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
  private final List<Region> own;

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

  /// Something that is at an address that has been made before.
  ///
  /// @param address where programs find it, or 0 where nothing is known of it but that it is there
  public HostObject(Registry registry, Memory memory, Type type, String name, long address) {
    this(
        registry,
        memory,
        type,
        name,
        address,
        address == 0
            ? List.of(new Region(type.label() + " '" + name + "'", new byte[0], false))
            : List.of());
  }

  /// Something that has memory of its own.
  ///
  /// @param own what programs find of it; the first is where they find it
  public HostObject(
      Registry registry, Memory memory, Type type, String name, List<? extends Region> own) {
    this(registry, memory, type, name, 0, own);
  }

  private HostObject(
      Registry registry,
      Memory memory,
      Type type,
      String name,
      long address,
      List<? extends Region> own) {
    super(Kind.HOST_OBJECT, registry.newId(Kind.HOST_OBJECT));
    this.type = type;
    this.name = name;
    this.memory = memory;
    this.own = List.copyOf(own);
    own.forEach(memory::add);
    this.address = own.isEmpty() ? address : own.getFirst().address();
  }

  /// What it is.
  public Type type() {
    return type;
  }

  /// Where programs find it.
  public long address() {
    return address;
  }

  /// What programs find of it; null where that is somebody else's.
  public @Nullable Region region() {
    return own.isEmpty() ? null : own.getFirst();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  protected void released() {
    own.forEach(memory::remove);
  }
}
