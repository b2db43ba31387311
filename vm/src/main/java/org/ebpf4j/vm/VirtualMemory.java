package org.ebpf4j.vm;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.memory.BuiltinTypes;
import org.ebpf4j.vm.internal.memory.KernelRegion;
import org.ebpf4j.vm.internal.memory.TypedBytes;
import org.ebpf4j.vm.internal.memory.TypedRegion;
import org.ebpf4j.vm.internal.memory.UserRegion;

/// The memory of a [VirtualKernel], as far as tests make it: objects of the kernel, and memory of
/// processes, at addresses that programs may follow.
///
/// {@snippet :
/// var parent = kernel.memory().allocate("task_struct").set("pid", 1);
/// var task = kernel.memory().allocate("task_struct").set("pid", 42).set("real_parent", parent);
/// kernel.task(VirtualTask.of(task));
/// }
///
/// Types are looked up in those of the kernel ([VirtualKernelBuilder#types(Btf)]), then in those of
/// the objects that are loaded, the last one first: without types of a kernel, load the object
/// before. It may be used from any thread.
public final class VirtualMemory {
  private static final int LARGEST = 1 << 28;

  private static final Set<String> FOUND = Set.of("struct task_struct", "struct cgroup");

  private final Map<String, List<MemoryObject>> found = new ConcurrentHashMap<>();
  private final Memory regions;
  private final Optional<Btf> kernelTypes;
  private final List<Btf> loaded = new CopyOnWriteArrayList<>();

  VirtualMemory(Memory regions, Optional<Btf> kernelTypes) {
    this.regions = regions;
    this.kernelTypes = kernelTypes;
  }

  /// The types of an object that is loaded from now on.
  void addTypes(Btf types) {
    loaded.addFirst(types);
  }

  /// The types of an object that is closed.
  void removeTypes(Btf types) {
    loaded.remove(types);
  }

  /// A struct, union or other type by its name.
  record Named(Btf types, int id) {}

  /// The type of a name, in the types of the kernel, those of an object, or those of all that are
  /// loaded.
  Named type(String name, Optional<Btf> own) {
    var bare = name.replaceFirst("^(struct|union|enum) +", "");
    var searched = new LinkedHashSet<Btf>();
    kernelTypes.ifPresent(searched::add);
    own.ifPresent(searched::add);
    searched.addAll(loaded);
    searched.add(BuiltinTypes.get());
    for (var types : searched) {
      var found = find(types, types.ids(bare)).or(() -> find(types, types.essentialIds(bare)));
      if (found.isPresent()) {
        return found.get();
      }
    }
    var known = new LinkedHashSet<String>();
    searched.forEach(types -> addNames(types, known));
    throw new NotFoundException(
        "type",
        bare,
        known,
        loaded.isEmpty() && kernelTypes.isEmpty() ? "No object is loaded that has types" : "");
  }

  private static Optional<Named> find(Btf types, int[] ids) {
    return Arrays.stream(ids)
        .filter(id -> isValue(types, id))
        .mapToObj(id -> new Named(types, id))
        .findFirst();
  }

  private static boolean isValue(Btf types, int id) {
    return switch (types.type(id)) {
      case BtfType.Struct _, BtfType.Int _, BtfType.Typedef _, BtfType.Floating _ -> true;
      case BtfType.Enum type -> type.size() > 0;
      default -> false;
    };
  }

  private static void addNames(Btf types, Set<String> names) {
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.Struct struct && !struct.name().isEmpty()) {
        names.add(struct.name());
      }
    }
  }

  /// Allocates an object of the kernel; all of it is zero.
  ///
  /// @param type the name of its type, with or without `struct`
  /// @throws NotFoundException where no types have one of that name; offers near ones
  public MemoryObject allocate(String type) {
    var named = type(type, Optional.empty());
    return allocate(named.types(), named.id());
  }

  /// Allocates an array of objects of the kernel, one behind the other.
  ///
  /// @return its elements
  /// @throws NotFoundException where no types have one of that name; offers near ones
  /// @throws IllegalArgumentException for a count below 1, or for more than 256 MB
  public List<MemoryObject> allocate(String type, int count) {
    var named = type(type, Optional.empty());
    var size = size(named.types(), named.id());
    if (count < 1 || (long) size * count > LARGEST) {
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
    return add(new KernelRegion(name(types, type), types, type, new byte[size(types, type)]));
  }

  /// Allocates an object in the memory of a process: programs read it with `bpf_probe_read_user`
  /// and the like alone.
  ///
  /// @param type the name of its type, with or without `struct`
  /// @throws NotFoundException where no types have one of that name; offers near ones
  public MemoryObject allocateUser(String type) {
    var named = type(type, Optional.empty());
    return add(
        new UserRegion(
            name(named.types(), named.id()) + " of a process",
            named.types(),
            named.id(),
            new byte[size(named.types(), named.id())]));
  }

  private static String name(Btf types, int type) {
    return "the object '" + new TypedBytes(types, type, new byte[0], 0).typeName() + "'";
  }

  /// Whether values of a type have a size that is known.
  static boolean hasSize(Btf types, int type) {
    return switch (types.type(types.resolve(type))) {
      case BtfType.Void _, BtfType.Forward _, BtfType.Function _, BtfType.Prototype _ -> false;
      default -> types.size(type) <= LARGEST;
    };
  }

  private static int size(Btf types, int type) {
    if (!hasSize(types, type)) {
      throw new IllegalArgumentException(
          "values of "
              + new TypedBytes(types, type, new byte[0], 0).typeName()
              + " have no size that is known");
    }
    return (int) types.size(type);
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

  /// The objects of a struct that programs look up, as far as they are there.
  ///
  /// @param struct `struct task_struct` or `struct cgroup`
  List<MemoryObject> all(String struct) {
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
    var known = offset == 0 && !hasSize(types, type);
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
