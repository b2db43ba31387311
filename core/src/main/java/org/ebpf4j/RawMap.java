package org.ebpf4j;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;

/// A map whose keys and values are bytes, as a kernel gives it. Its views have keys and values of
/// Java types, or are queues, maps of maps, arrays of programs, storage; they are the same map, and
/// closed with it. What is read from it in another way (rings, memory) is opened here, too. Several
/// threads may use it and its views at a time; whoever opened it closes it.
///
/// Views throw an [IllegalArgumentException] where they do not fit the map's type and sizes, when
/// they are made.
public interface RawMap extends BpfMap<byte[], byte[]>, Handle {
  /// The number of its type, see [org.ebpf4j.object.MapType].
  int type();

  /// Bytes in a value: of one CPU where it has a value for each.
  int elementSize();

  /// How many entries it can hold; for ring buffers, its size in bytes.
  long maxEntries();

  /// The kernel's id of it.
  ///
  /// @throws IllegalStateException after [#close()]
  int id();

  /// Whether it has a value for each CPU.
  boolean isPerCpu();

  /// What its keys and values are in C, where its object file says so, or, for a map that was
  /// opened, the kernel.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not give the types it has
  Optional<MapLayout> layout();

  /// The same map with keys and values of Java types: records, primitive types, `String`,
  /// `InetAddress`, enums, arrays, and [org.ebpf4j.codec.IpPrefix] for the keys of LPM tries. They
  /// are compared with the map's types in C here, and once; where the map has none, records are
  /// laid out as C lays structs out.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where they do not fit
  /// @throws IllegalArgumentException for a per-CPU map, see [#perCpu(Class, Class)]
  <K, V> BpfMap<K, V> as(Class<K> key, Class<V> value);

  /// The same map with keys and values that codecs read and write.
  ///
  /// @throws IllegalArgumentException where their sizes are not those of the map
  <K, V> BpfMap<K, V> as(Codec<K> key, Codec<V> value);

  /// The same per-CPU map with keys and values of Java types.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where they do not fit
  /// @throws IllegalArgumentException for a map that is not per CPU
  <K, V> BpfMap<K, PerCpu<V>> perCpu(Class<K> key, Class<V> value);

  /// The same per-CPU map with keys and values that codecs read and write.
  ///
  /// @throws IllegalArgumentException for a map that is not per CPU, and where their sizes are not
  ///   those of the map
  <K, V> BpfMap<K, PerCpu<V>> perCpu(Codec<K> key, Codec<V> value);

  /// The same map as one without keys: a queue, a stack or a bloom filter.
  ///
  /// @throws IllegalArgumentException for a map with keys
  <V> QueueMap<V> queue(Class<V> value);

  /// The same map as one without keys, with values that a codec reads and writes.
  ///
  /// @throws IllegalArgumentException for a map with keys, and where the size is not that of its
  ///   values
  <V> QueueMap<V> queue(Codec<V> value);

  /// The same map as one of maps.
  ///
  /// @throws IllegalArgumentException for one of another type
  <K> MapOfMaps<K> maps(Class<K> key);

  /// The same map as an array of programs.
  ///
  /// @throws IllegalArgumentException for one of another type
  ProgramArray programs();

  /// The same map as one of values that hang on sockets, inodes, processes or cgroups.
  ///
  /// @throws IllegalArgumentException for one of another type
  <V> StorageMap<V> storage(Class<V> value);

  /// Its values in memory, shared with programs: those of an array that can be mapped
  /// (`BPF_F_MMAPABLE`), or an arena. Read-only where the map is frozen or programs may only read
  /// it. Whoever reads or writes it after [#close()] gets an [IllegalStateException].
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it
  MemorySegment memory();

  /// Reads the records of this ring buffer, of which nothing is known but their bytes. What is
  /// opened lives by itself, and is to be closed. A ring has one reader: two of them would take
  /// records from each other.
  ///
  /// @throws org.ebpf4j.error.BpfException where this is no ring buffer
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory
  default RingBuffer ringBuffer() {
    return ringBuffer(EventTypes.UNKNOWN);
  }

  /// Reads the records of this ring buffer, as [#ringBuffer()] does.
  ///
  /// @param events what is known of the records in C
  RingBuffer ringBuffer(EventTypes events);

  /// Reads the records that programs write to this map with `bpf_perf_event_output`: those of every
  /// CPU that is running and has a place in the map, at the index of its id. What is opened lives
  /// by itself, and is to be closed. A map has one reader: whoever opens it later gets the records.
  ///
  /// @throws org.ebpf4j.error.BpfException where this is no map of perf events
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  default PerfBuffer perfBuffer(PerfBufferOptions options) {
    return perfBuffer(options, EventTypes.UNKNOWN);
  }

  /// Reads the records of this map of perf events, with [PerfBufferOptions#DEFAULT].
  default PerfBuffer perfBuffer() {
    return perfBuffer(PerfBufferOptions.DEFAULT);
  }

  /// Reads the records of this map of perf events, as [#perfBuffer(PerfBufferOptions)] does.
  ///
  /// @param events what is known of the records in C
  PerfBuffer perfBuffer(PerfBufferOptions options, EventTypes events);

  /// Writes records into this user ring buffer. What is opened lives by itself, and is to be
  /// closed.
  ///
  /// @throws org.ebpf4j.error.BpfException where this is no user ring buffer
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory
  UserRingBuffer userRingBuffer();

  /// Pins it: it lives until the pin is removed. [Kernel#openMap(Path)] opens it again.
  ///
  /// @throws org.ebpf4j.error.KernelException where the path exists (`EEXIST`)
  /// @throws org.ebpf4j.error.NotMountedException where the path is in no file system for pins
  void pin(Path path);

  /// Another reference to the same map, with a life of its own.
  RawMap duplicate();
}
