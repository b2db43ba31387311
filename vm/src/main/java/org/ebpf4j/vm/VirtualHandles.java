package org.ebpf4j.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.packet.SocketRegion;
import org.ebpf4j.vm.packet.ContextFields;
import org.jspecify.annotations.Nullable;

/// Opens what a [VirtualKernel] has besides objects of BPF, for the maps that hold it: sockets,
/// files, cgroups, processes. One name stands for one thing for as long as it is open. It may be
/// used from any thread.
///
/// Each opening makes the thing where it is not there, and holds it until it is closed.
public final class VirtualHandles {
  private static final List<String> SOCKET_STRUCTS = List.of("bpf_sock", "bpf_tcp_sock");

  /// The id of a cgroup, and a type of attachment.
  private static final int ATTACHMENT = 12;

  private final Registry registry;
  private final Memory memory;
  private final Map<String, VirtualHandle> processes = new HashMap<>();

  VirtualHandles(Registry registry, Memory memory) {
    this.registry = registry;
    this.memory = memory;
  }

  /// A socket of which programs see the fields. What was not said is zero.
  ///
  /// {@snippet :
  /// var web =
  ///     ContextFields.of("bpf_sock").set("family", 2).set("protocol", 6).set("src_port", 80);
  /// var socket = kernel.handles().socket("web", web);
  /// }
  ///
  /// @param structs a `bpf_sock`, and a `bpf_tcp_sock` for what `bpf_tcp_sock` gives
  /// @throws IllegalArgumentException for another struct, or where the socket is open already
  public VirtualHandle socket(String name, ContextFields... structs) {
    var fields = new HashMap<String, byte[]>();
    for (var struct : structs) {
      if (!SOCKET_STRUCTS.contains(struct.struct())) {
        throw new IllegalArgumentException(
            "struct " + struct.struct() + " is none of " + String.join(", ", SOCKET_STRUCTS));
      }
      fields.put(struct.struct(), struct.bytes());
    }
    synchronized (registry) {
      var there = find(HostObject.Type.SOCKET, name);
      if (there != null && structs.length > 0) {
        throw new IllegalArgumentException("socket '" + name + "' is there already");
      }
      return new VirtualHandle(registry, there == null ? newSocket(name, fields) : there);
    }
  }

  private HostObject newSocket(String name, Map<String, byte[]> fields) {
    var region =
        new SocketRegion(
            "socket '" + name + "'",
            fields.getOrDefault("bpf_sock", new byte[0]),
            fields.getOrDefault("bpf_tcp_sock", new byte[0]));
    return new HostObject(registry, memory, HostObject.Type.SOCKET, name, region.regions());
  }

  /// The cgroup of an attachment, in 8 bytes, and the type of the attachment; empty where no such
  /// cgroup is open.
  Optional<byte[]> attachment(Cgroup point) {
    synchronized (registry) {
      var cgroup = find(HostObject.Type.CGROUP, name(point.path()));
      return cgroup == null
          ? Optional.empty()
          : Optional.of(
              ByteBuffer.allocate(ATTACHMENT)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(cgroup.id())
                  .putInt(point.type().number())
                  .array());
    }
  }

  /// All that is open.
  List<HostObject> all() {
    synchronized (registry) {
      var all = new ArrayList<HostObject>();
      for (var id : registry.ids(Kept.Kind.HOST_OBJECT)) {
        if (registry.find(Kept.Kind.HOST_OBJECT, id) instanceof HostObject object) {
          all.add(object);
        }
      }
      return all;
    }
  }

  /// A socket that takes packets from a device (`AF_XDP`).
  public VirtualHandle xdpSocket(String name) {
    return open(HostObject.Type.XDP_SOCKET, name, 0);
  }

  /// A control group.
  public VirtualHandle cgroup(Path path) {
    return open(HostObject.Type.CGROUP, name(path), 0);
  }

  /// A file. What a map of files is asked by a path is one that is open.
  public VirtualHandle file(Path path) {
    return open(HostObject.Type.INODE, name(path), 0);
  }

  /// A process or thread, by its id.
  public VirtualHandle process(long pid) {
    return open(HostObject.Type.TASK, String.valueOf(pid), 0);
  }

  /// A process or thread that is in fake memory, so that programs that are given its address find
  /// the values that Java hung on it.
  public VirtualHandle process(long pid, long address) {
    return open(HostObject.Type.TASK, String.valueOf(pid), address);
  }

  /// A socket that is in fake memory.
  public VirtualHandle socket(String name, long address) {
    return open(HostObject.Type.SOCKET, name, address);
  }

  /// A file that is in fake memory: the address is that of its `struct inode`.
  public VirtualHandle file(Path path, long address) {
    return open(HostObject.Type.INODE, name(path), address);
  }

  /// A control group that is in fake memory.
  public VirtualHandle cgroup(Path path, long address) {
    return open(HostObject.Type.CGROUP, name(path), address);
  }

  private static String name(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private VirtualHandle open(HostObject.Type type, String name, long address) {
    synchronized (registry) {
      var there = find(type, name);
      if (there != null && address != 0 && there.address() != address) {
        throw new IllegalArgumentException(
            there.type().label() + " '" + name + "' is at another address");
      }
      return new VirtualHandle(
          registry, there == null ? new HostObject(registry, memory, type, name, address) : there);
    }
  }

  private @Nullable HostObject find(HostObject.Type type, String name) {
    for (var id : registry.ids(Kept.Kind.HOST_OBJECT)) {
      if (registry.find(Kept.Kind.HOST_OBJECT, id) instanceof HostObject object
          && object.type() == type
          && object.name().equals(name)) {
        return object;
      }
    }
    return null;
  }

  /// The file or cgroup of a path that is open; opened once more. Null where there is none.
  @Nullable VirtualHandle at(Path path) {
    synchronized (registry) {
      var name = name(path);
      var found = find(HostObject.Type.INODE, name);
      if (found == null) {
        found = find(HostObject.Type.CGROUP, name);
      }
      return found == null ? null : new VirtualHandle(registry, found);
    }
  }

  /// The number of a process of this machine, which stays for as long as the kernel is open.
  int kept(ProcessHandle process) {
    synchronized (processes) {
      return processes
          .computeIfAbsent(String.valueOf(process.pid()), _ -> process(process.pid()))
          .number();
    }
  }

  /// Lets go of the processes that were kept.
  void close() {
    synchronized (processes) {
      processes.values().forEach(VirtualHandle::close);
      processes.clear();
    }
  }
}
