package org.ebpf4j.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.MapLayout;
import org.ebpf4j.RawMap;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.buffer.Rings;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.load.GivenMap;
import org.ebpf4j.linux.internal.load.LoadedMap;
import org.ebpf4j.linux.internal.map.LinuxMapAccess;
import org.ebpf4j.linux.internal.map.MapMemory;
import org.ebpf4j.linux.internal.query.Inventory;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCalls;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.map.AbstractRawMap;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapType;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;

/// A map in this machine's kernel: one descriptor, and so one reference. Any thread may use it;
/// whoever opened it closes it.
public final class LinuxMap extends AbstractRawMap implements Described {
  private static final Set<Integer> PROMPT =
      Stream.of(
              MapType.HASH,
              MapType.ARRAY,
              MapType.PERCPU_HASH,
              MapType.PERCPU_ARRAY,
              MapType.LRU_HASH,
              MapType.LRU_PERCPU_HASH)
          .map(MapType::number)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MOST_PROMPT = 1024;

  private final Steps steps;
  private final MapInfo created;
  private final LinuxMapAccess access;
  private final MapMemory memory;

  /// @param created what the kernel says of it
  /// @param memory its values in memory, where it is mapped already
  /// @param types what its keys and values are in C
  LinuxMap(
      Steps steps, String name, Fd fd, MapInfo created, Optional<Mapping> memory, MapTypes types) {
    this(steps, name, created, access(name, fd, created), new MapMemory(created, memory), types);
  }

  private LinuxMap(
      Steps steps,
      String name,
      MapInfo created,
      LinuxMapAccess access,
      MapMemory memory,
      MapTypes types) {
    super(name, shape(created), access, types, new LinuxObjects(steps));
    this.steps = steps;
    this.created = created;
    this.access = access;
    this.memory = memory;
  }

  private static MapShape shape(MapInfo map) {
    return MapShape.of(
        map.type(), map.keySize(), map.valueSize(), map.maxEntries(), Cpus.possible());
  }

  private static LinuxMapAccess access(String name, Fd fd, MapInfo map) {
    var shape = shape(map);
    return new LinuxMapAccess(
        name, new MapCalls(fd, shape.keySize(), shape.valueSize(), prompt(map, shape)));
  }

  /// Whether calls on single elements take the kernel well under a microsecond, and it never sleeps
  /// or waits for other CPUs in them: only such are worth more than the JVM's being able to stop
  /// the thread in them.
  private static boolean prompt(MapInfo map, MapShape shape) {
    return PROMPT.contains(map.type())
        && map.device() == 0
        && shape.keySize() + shape.valueSize() <= MOST_PROMPT;
  }

  /// A map that was loaded, which is closed where that fails.
  static LinuxMap loaded(Steps steps, LoadedMap map, MapTypes types) {
    try {
      return new LinuxMap(steps, map.name(), map.fd(), map.info(), map.memory(), types);
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  /// The map that a descriptor refers to, which is closed where that fails.
  static LinuxMap opened(Steps steps, Fd fd) {
    try {
      var info = ObjectInfo.map(fd.number());
      return new LinuxMap(steps, info.name(), fd, info, Optional.empty(), types(info));
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  /// The types that the kernel has of a map, which it is asked for when they are wanted.
  static MapTypes types(MapInfo info) {
    return info.types().btfId() == 0
        ? MapTypes.NONE
        : MapTypes.of(() -> Optional.of(kernelTypes(info)));
  }

  private static MapLayout kernelTypes(MapInfo info) {
    var ids = info.types();
    var name = "the types of map '" + info.name() + "'";
    var opened = Bpf.openById(ObjectKind.TYPES, ids.btfId());
    if (!opened.ok()) {
      throw KernelException.of(name, "BTF_GET_FD_BY_ID", opened.errno());
    }
    try (var fd = opened.fd()) {
      var bytes = ObjectInfo.types(fd.number()).bytes();
      var types = Btf.read(FileBytes.of(name, bytes, ByteOrder.nativeOrder()));
      return new MapLayout(types, ids.keyType(), ids.valueType());
    }
  }

  /// A map as one of this kernel.
  ///
  /// @throws IllegalArgumentException where it is of another
  static LinuxMap of(RawMap map) {
    if (map instanceof LinuxMap own) {
      return own;
    }
    throw new IllegalArgumentException("map '" + map.name() + "' is of another kernel: " + map);
  }

  /// The descriptor.
  ///
  /// @throws IllegalStateException after [#close()]
  @Override
  public int fd() {
    return descriptor().number();
  }

  /// The descriptor, which can be held.
  ///
  /// @throws IllegalStateException after [#close()]
  Fd descriptor() {
    return access.fd();
  }

  private <T> T with(IntFunction<T> use) {
    return Descriptors.with(this, use);
  }

  @Override
  public int id() {
    return with(ObjectInfo::map).id();
  }

  /// What the kernel says of it.
  public MapInfo info() {
    return with(Inventory::map);
  }

  @Override
  public void pin(Path path) {
    with(number -> {
      Pins.pin("map '" + name() + "'", number, path);
      return path;
    });
    steps.report(Step.Action.PIN, "map " + name(), path.toString());
  }

  @Override
  public synchronized MemorySegment memory() {
    return memory.of(name(), this::fd);
  }

  @Override
  public RingBuffer ringBuffer(EventTypes events) {
    checkType(MapType.RINGBUF, "ring buffer");
    return with(number -> Rings.reader(name(), number, created, events));
  }

  @Override
  public PerfBuffer perfBuffer(PerfBufferOptions options, EventTypes events) {
    checkType(MapType.PERF_EVENT_ARRAY, "perf buffer");
    return with(number -> Rings.perf(name(), number, created, options, events));
  }

  @Override
  public UserRingBuffer userRingBuffer() {
    checkType(MapType.USER_RINGBUF, "user ring buffer");
    return with(number -> Rings.writer(name(), number, created));
  }

  @Override
  public LinuxMap duplicate() {
    return new LinuxMap(steps, name(), with(Fd::duplicate), created, Optional.empty(), types());
  }

  /// What its keys and values are in C.
  MapTypes knownTypes() {
    return types();
  }

  /// It as the loader takes it.
  GivenMap given() {
    return new GivenMap() {
      @Override
      public MapInfo info() {
        return LinuxMap.this.info();
      }

      @Override
      public Fd duplicate() {
        return with(Fd::duplicate);
      }
    };
  }

  @Override
  public synchronized void close() {
    if (access.isOpen()) {
      var number = access.fd().toString();
      memory.close();
      access.close();
      steps.report(Step.Action.CLOSE, "map " + name(), number);
    }
  }

  @Override
  public String toString() {
    return "map '"
        + name()
        + "' ("
        + MapType.label(type())
        + ", id "
        + created.id()
        + (access.isOpen() ? ")" : ", closed)");
  }
}
