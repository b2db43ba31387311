package org.ebpf4j.vm.memory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.memory.BuiltinTypes;
import org.ebpf4j.vm.internal.memory.KernelRegion;
import org.ebpf4j.vm.internal.memory.KernelTypes;
import org.ebpf4j.vm.internal.memory.TypedBytes;
import org.ebpf4j.vm.internal.memory.TypedRegion;
import org.ebpf4j.vm.internal.memory.UserRegion;

/// The memory of a [org.ebpf4j.vm.VirtualKernel], as far as tests make it: objects of the kernel,
/// and memory of processes, at addresses that programs may follow.
///
/// {@snippet :
/// var parent = kernel.memory().allocate("task_struct").set("pid", 1);
/// var task = kernel.memory().allocate("task_struct").set("pid", 42).set("real_parent", parent);
/// kernel.task(VirtualTask.of(task));
/// }
///
/// Types are looked up in those of the kernel ([org.ebpf4j.vm.VirtualKernelBuilder#types(Btf)]),
/// then in those of the objects that are loaded, the last one first: without types of a kernel,
/// load the object before. It may be used from any thread.
public final class VirtualMemory {
  private static final String TASK = "struct task_struct";
  private static final String CGROUP = "struct cgroup";
  private static final Set<String> FOUND = Set.of(TASK, CGROUP);

  private final Map<String, List<MemoryObject>> found = new ConcurrentHashMap<>();
  private final Memory regions;
  private final KernelTypes types;

  /// Made by the kernel.
  ///
  /// @param regions what is at which address
  /// @param types where the names of types are looked up
  public VirtualMemory(Memory regions, KernelTypes types) {
    this.regions = regions;
    this.types = types;
  }

  /// Allocates an object of the kernel; all of it is zero.
  ///
  /// @param type the name of its type, with or without `struct`
  /// @throws NotFoundException where no types have one of that name; offers near ones
  public MemoryObject allocate(String type) {
    var named = types.find(type, Optional.empty());
    return allocate(named.types(), named.id());
  }

  /// Allocates an array of objects of the kernel, one behind the other.
  ///
  /// @return its elements
  /// @throws NotFoundException where no types have one of that name; offers near ones
  /// @throws IllegalArgumentException for a count below 1, or for more than 256 MB
  public List<MemoryObject> allocate(String type, int count) {
    var named = types.find(type, Optional.empty());
    var size = KernelTypes.size(named.types(), named.id());
    if (count < 1 || (long) size * count > KernelTypes.LARGEST) {
      throw new IllegalArgumentException(count + " times " + type);
    }
    var region =
        new KernelRegion(
            name(named.types(), named.id()), named.types(), named.id(), new byte[size * count]);
    regions.add(region);
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i ->
            new MemoryObject(
                this,
                region,
                new TypedBytes(named.types(), named.id(), region.value().bytes(), i * size)))
        .toList();
  }

  /// Allocates an object of the kernel by the id of its type.
  ///
  /// @throws IllegalArgumentException where values of the type have no size
  public MemoryObject allocate(Btf types, int type) {
    return add(
        new KernelRegion(name(types, type), types, type, new byte[KernelTypes.size(types, type)]));
  }

  /// Allocates an object in the memory of a process: programs read it with `bpf_probe_read_user`
  /// and the like alone.
  ///
  /// @param type the name of its type, with or without `struct`
  /// @throws NotFoundException where no types have one of that name; offers near ones
  public MemoryObject allocateUser(String type) {
    var named = types.find(type, Optional.empty());
    return add(
        new UserRegion(
            name(named.types(), named.id()) + " of a process",
            named.types(),
            named.id(),
            new byte[KernelTypes.size(named.types(), named.id())]));
  }

  private static String name(Btf types, int type) {
    return "the object '" + new TypedBytes(types, type, new byte[0], 0).typeName() + "'";
  }

  /// Text in the memory of the kernel, with its end.
  public MemoryObject text(String text) {
    return bytes(text(text, 1));
  }

  /// Text in the memory of a process, with its end.
  public MemoryObject userText(String text) {
    return userBytes(text(text, 1));
  }

  private static byte[] text(String text, int end) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + end);
  }

  /// Bytes in the memory of the kernel.
  public MemoryObject bytes(byte[] content) {
    return add(new KernelRegion("memory of the kernel", BuiltinTypes.get(), 0, content.clone()));
  }

  /// Bytes in the memory of a process.
  public MemoryObject userBytes(byte[] content) {
    return add(new UserRegion("memory of a process", BuiltinTypes.get(), 0, content.clone()));
  }

  private <R extends Region & TypedRegion> MemoryObject add(R region) {
    regions.add(region);
    var object = new MemoryObject(this, region, region.value());
    var name = region.value().type() == 0 ? "" : region.value().typeName();
    if (FOUND.contains(name)) {
      found.computeIfAbsent(name, _ -> new CopyOnWriteArrayList<>()).add(object);
    }
    return object;
  }

  /// The tasks (`struct task_struct`) that were allocated, in this order, and are not freed.
  /// Programs find them by their ids (`bpf_task_from_pid`).
  public List<MemoryObject> tasks() {
    return live(TASK);
  }

  /// The cgroups (`struct cgroup`) that were allocated, in this order, and are not freed. Programs
  /// find them by their ids (`bpf_cgroup_from_id`).
  public List<MemoryObject> cgroups() {
    return live(CGROUP);
  }

  private List<MemoryObject> live(String struct) {
    return found.getOrDefault(struct, List.of()).stream().filter(MemoryObject::isLive).toList();
  }

  /// The object, or the part of one, at an address: of the type that it was allocated with where it
  /// begins there, else bytes without a type.
  ///
  /// @throws IllegalArgumentException where there is none, or it is freed
  public MemoryObject at(long address) {
    var region = regions.find(address);
    if (region instanceof TypedRegion typed && (int) address == 0) {
      return new MemoryObject(this, region, typed.value());
    }
    return at(address, BuiltinTypes.get(), 0);
  }

  MemoryObject at(long address, Btf types, int type) {
    var region = regions.find(address);
    var offset = (int) address;
    if (!(region instanceof TypedRegion typed)
        || offset < 0
        || offset > typed.value().bytes().length) {
      throw new IllegalArgumentException(
          "there is no object at 0x" + Long.toHexString(address) + ", or it is freed");
    }
    var value = typed.value();
    var known = offset == 0 && !KernelTypes.hasSize(types, type);
    return new MemoryObject(
        this, region, known ? value : new TypedBytes(types, type, value.bytes(), offset));
  }

  /// Bytes at an address, of whatever there is: an object, the value of a map, a packet.
  ///
  /// @throws IllegalArgumentException where not all of them are there; says what is wrong
  public byte[] read(long address, int size) {
    var region = regions.find(address);
    try {
      return region instanceof UserRegion user
          ? user.copy((int) address, size)
          : regions.read(address, size);
    } catch (MemoryFault e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  boolean isLive(Region region) {
    return region.equals(regions.find(region.address()));
  }

  void free(Region region) {
    regions.remove(region);
    found.values().forEach(objects -> objects.removeIf(object -> !object.isLive()));
  }
}
