package org.ebpf4j.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.ebpf4j.BpfMap;
import org.ebpf4j.Entries;
import org.ebpf4j.MapLayout;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.buffer.Rings;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCalls;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.object.MapType;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;

/// A map in this machine's kernel: one descriptor, and so one reference.
public final class LinuxMap implements BpfMap<byte[], byte[]> {
  private final Steps steps;
  private final String name;
  private final MapInfo created;
  private final MapShape shape;
  private final MapCalls calls;
  private final MapTypes types;
  private final TypedMap<byte[], byte[]> bytes;
  private final MapMemory memory;

  /// @param created what the kernel says of it
  /// @param memory its values in memory, where it is mapped already
  /// @param types what its keys and values are in C
  LinuxMap(
      Steps steps, String name, Fd fd, MapInfo created, Optional<Mapping> memory, MapTypes types) {
    this.steps = steps;
    this.name = name;
    this.created = created;
    this.shape = MapShape.of(created);
    this.memory = new MapMemory(created, memory);
    this.calls = new MapCalls(fd, shape.keySize(), shape.valueSize(), shape.prompt());
    this.types = types;
    this.bytes = typed(Codec.bytes(created.keySize()), Codec.bytes(shape.valueSize()));
  }

  /// The map that a descriptor refers to, which is closed where that fails.
  static LinuxMap opened(Steps steps, Fd fd) {
    try {
      var info = ObjectInfo.map(fd.number());
      return new LinuxMap(steps, info.name(), fd, info, Optional.empty(), MapTypes.of(info));
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  private <K, V> TypedMap<K, V> typed(Codec<K> keys, Codec<V> values) {
    return new TypedMap<>(this, calls, keys, values, 0);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int keySize() {
    return created.keySize();
  }

  @Override
  public int valueSize() {
    return shape.valueSize();
  }

  /// How many entries it can hold.
  public long maxEntries() {
    return created.maxEntries();
  }

  /// The descriptor.
  ///
  /// @throws IllegalStateException after [#close()]
  public int fd() {
    if (!calls.isOpen()) {
      throw closed();
    }
    return calls.fd().number();
  }

  private IllegalStateException closed() {
    return new IllegalStateException("map '" + name + "' is closed");
  }

  /// Room for a call.
  MapCalls.Lane enter() {
    var lane = calls.enter();
    if (lane == null) {
      throw closed();
    }
    return lane;
  }

  /// Why a command was refused.
  KernelException refusal(String command, int errno) {
    return Refusal.of(
        "map '" + name + "'", command, errno, EnumSet.noneOf(Privileges.Capability.class));
  }

  /// The kernel's id of it.
  public int id() {
    return info().id();
  }

  /// What the kernel says of it.
  public MapInfo info() {
    return ObjectInfo.map(fd());
  }

  /// What its keys and values are in C, where its object file says so, or, for a map that was
  /// opened, the kernel.
  ///
  /// @throws KernelException where the kernel does not give the types it has
  public Optional<MapLayout> layout() {
    return types.known();
  }

  /// Whether it has a value for each CPU.
  public boolean isPerCpu() {
    return shape.cpus() > 0;
  }

  /// The same map with keys and values of Java types: records, primitive types, `String`,
  /// `InetAddress`, enums, arrays. They are compared with the map's types in C here, and once;
  /// where the map has none, records are laid out as C lays structs out.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where they do not fit
  /// @throws IllegalArgumentException for a per-CPU map, see [#perCpu(Class, Class)]
  public <K, V> TypedMap<K, V> as(Class<K> key, Class<V> value) {
    return as(types.key(created.keySize(), key), types.value(created.valueSize(), value));
  }

  /// The same map with keys and values that codecs read and write.
  ///
  /// @throws IllegalArgumentException where their sizes are not those of the map
  public <K, V> TypedMap<K, V> as(Codec<K> key, Codec<V> value) {
    if (shape.cpus() > 0) {
      throw new IllegalArgumentException(
          "map '" + name + "' has a value for each CPU; use perCpu in place of as");
    }
    return fitting(key, value, shape.valueSize());
  }

  /// The same per-CPU map with keys and values of Java types.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where they do not fit
  /// @throws IllegalArgumentException for a map that is not per CPU
  public <K, V> TypedMap<K, PerCpu<V>> perCpu(Class<K> key, Class<V> value) {
    return perCpu(types.key(created.keySize(), key), types.value(created.valueSize(), value));
  }

  /// The same per-CPU map with keys and values that codecs read and write.
  ///
  /// @throws IllegalArgumentException for a map that is not per CPU, and where their sizes are not
  ///   those of the map
  public <K, V> TypedMap<K, PerCpu<V>> perCpu(Codec<K> key, Codec<V> value) {
    if (shape.cpus() == 0) {
      throw new IllegalArgumentException(
          "map '" + name + "' has one value for all CPUs; use as in place of perCpu");
    }
    checkSize("values", created.valueSize(), value.size());
    return fitting(key, PerCpu.codec(value, shape.cpus()), shape.valueSize());
  }

  /// The same map as one without keys: a queue, a stack or a bloom filter.
  ///
  /// @throws IllegalArgumentException for a map with keys
  public <V> QueueMap<V> queue(Class<V> value) {
    return queue(types.value(created.valueSize(), value));
  }

  /// The same map as one without keys, with values that a codec reads and writes.
  ///
  /// @throws IllegalArgumentException for a map with keys, and where the size is not that of its
  ///   values
  public <V> QueueMap<V> queue(Codec<V> value) {
    if (created.keySize() != 0) {
      throw new IllegalArgumentException("map '" + name + "' has keys");
    }
    checkSize("values", shape.valueSize(), value.size());
    return new QueueMap<>(this, value);
  }

  /// The same map as one of maps.
  ///
  /// @throws IllegalArgumentException for one of another type
  public <K> MapOfMaps<K> maps(Class<K> key) {
    if (created.type() != MapType.ARRAY_OF_MAPS.number()
        && created.type() != MapType.HASH_OF_MAPS.number()) {
      throw new IllegalArgumentException("map '" + name + "' holds no maps");
    }
    return new MapOfMaps<>(
        steps, fitting(types.key(created.keySize(), key), Codec.of(Integer.class), 4));
  }

  /// The same map as an array of programs.
  ///
  /// @throws IllegalArgumentException for one of another type
  public ProgramArray programs() {
    if (created.type() != MapType.PROG_ARRAY.number()) {
      throw new IllegalArgumentException("map '" + name + "' holds no programs");
    }
    return new ProgramArray(
        steps, fitting(Codec.of(Integer.class), Codec.of(Integer.class), shape.valueSize()));
  }

  /// The same map as one of values that hang on sockets, inodes, processes or cgroups.
  ///
  /// @throws IllegalArgumentException for one of another type
  public <V> StorageMap<V> storage(Class<V> value) {
    var codec = types.value(created.valueSize(), value);
    return new StorageMap<>(
        created.type(), fitting(Codec.of(Integer.class), codec, shape.valueSize()));
  }

  private <K, V> TypedMap<K, V> fitting(Codec<K> key, Codec<V> value, int size) {
    checkSize("keys", created.keySize(), key.size());
    checkSize("values", size, value.size());
    if (!key.unnamed().isEmpty()) {
      throw new IllegalArgumentException(
          "the keys of map '" + name + "' have members that are left out: " + key.unnamed());
    }
    return typed(key, value);
  }

  private void checkSize(String what, int expected, int actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(
          "map '" + name + "' has " + what + " of " + expected + " bytes, not " + actual);
    }
  }

  @Override
  public Optional<byte[]> lookup(byte[] key) {
    return bytes.lookup(checkedKey(key));
  }

  @Override
  public void update(byte[] key, byte[] value, Update mode) {
    bytes.update(checkedKey(key), checkedValue(value), mode);
  }

  @Override
  public boolean delete(byte[] key) {
    return bytes.delete(checkedKey(key));
  }

  @Override
  public Optional<byte[]> lookupAndDelete(byte[] key) {
    return bytes.lookupAndDelete(checkedKey(key));
  }

  @Override
  public void updateAll(Map<? extends byte[], ? extends byte[]> entries, Update mode) {
    entries.forEach((key, value) -> {
      checkedKey(key);
      checkedValue(value);
    });
    bytes.updateAll(entries, mode);
  }

  @Override
  public int deleteAll(Collection<? extends byte[]> keys) {
    keys.forEach(this::checkedKey);
    return bytes.deleteAll(keys);
  }

  @Override
  public long drain(BiConsumer<? super byte[], ? super byte[]> taker) {
    return bytes.drain(taker);
  }

  @Override
  public Entries<byte[], byte[]> entries() {
    return bytes.entries();
  }

  @Override
  public long count() {
    return bytes.count();
  }

  @Override
  public void freeze() {
    bytes.freeze();
  }

  private byte[] checkedKey(byte[] key) {
    checkSize("keys", created.keySize(), key.length);
    return key;
  }

  private byte[] checkedValue(byte[] value) {
    checkSize("values", shape.valueSize(), value.length);
    return value;
  }

  /// Pins it: it lives until the pin is removed.
  ///
  /// @throws org.ebpf4j.error.KernelException where the path exists
  /// @throws org.ebpf4j.error.NotMountedException where there is no bpffs
  public void pin(Path path) {
    Pins.pin("map '" + name + "'", fd(), path);
    steps.report(Step.Action.PIN, "map " + name, path.toString());
  }

  /// Its values in memory, shared with the kernel: those of an array that can be mapped
  /// (`BPF_F_MMAPABLE`), or an arena. Read-only where the map is frozen or programs may only read
  /// it. Whoever reads or writes it after [#close()] gets an [IllegalStateException].
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it
  public synchronized MemorySegment memory() {
    return memory.of(this);
  }

  /// Reads the records of this ring buffer. What is opened lives by itself, and is to be closed. A
  /// ring has one reader: two of them would take records from each other.
  ///
  /// @throws org.ebpf4j.error.BpfException where this is no ring buffer
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory
  public RingBuffer ringBuffer() {
    return ringBuffer(EventTypes.UNKNOWN);
  }

  RingBuffer ringBuffer(EventTypes events) {
    return Rings.reader(name, fd(), created, events);
  }

  /// Reads the records that programs write to this map with `bpf_perf_event_output`: those of every
  /// CPU that is running and has a place in the map, at the index of its id. What is opened lives
  /// by itself, and is to be closed. A map has one reader: whoever opens it later gets the records.
  ///
  /// @throws org.ebpf4j.error.BpfException where this is no map of perf events
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  public PerfBuffer perfBuffer(PerfBufferOptions options) {
    return perfBuffer(options, EventTypes.UNKNOWN);
  }

  PerfBuffer perfBuffer(PerfBufferOptions options, EventTypes events) {
    return Rings.perf(name, fd(), created, options, events);
  }

  /// The same with [PerfBufferOptions#DEFAULT].
  public PerfBuffer perfBuffer() {
    return perfBuffer(PerfBufferOptions.DEFAULT);
  }

  /// Writes records into this user ring buffer. What is opened lives by itself, and is to be
  /// closed.
  ///
  /// @throws org.ebpf4j.error.BpfException where this is no user ring buffer
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory
  public UserRingBuffer userRingBuffer() {
    return Rings.writer(name, fd(), created);
  }

  /// Another reference to the same map, with a life of its own.
  public LinuxMap duplicate() {
    return duplicate(name);
  }

  LinuxMap duplicate(String other) {
    return new LinuxMap(steps, other, Fd.duplicate(fd()), created, Optional.empty(), types);
  }

  /// The same descriptor under another name; this one is not to be used any more.
  LinuxMap named(String other) {
    return new LinuxMap(steps, other, calls.fd(), created, Optional.empty(), types);
  }

  @Override
  public synchronized void close() {
    if (calls.isOpen()) {
      var number = calls.fd().toString();
      memory.close();
      calls.close();
      steps.report(Step.Action.CLOSE, "map " + name, number);
    }
  }
}
