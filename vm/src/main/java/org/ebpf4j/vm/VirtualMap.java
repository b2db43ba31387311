package org.ebpf4j.vm;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.map.AbstractRawMap;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.StoreAccess;

/// An open map of a [VirtualKernel]. Holds one reference to it. It may be used from any thread.
public final class VirtualMap extends AbstractRawMap {
  private final VirtualKernel kernel;
  private final Store store;
  private final StoreAccess access;
  private final int number;

  /// @param access the calls on it
  /// @param number the number by which it is put into other maps
  VirtualMap(
      VirtualKernel kernel,
      String name,
      Store store,
      StoreAccess access,
      MapTypes types,
      int number) {
    super(name, store.shape(), access, types, kernel.objects());
    this.kernel = kernel;
    this.store = store;
    this.access = access;
    this.number = number;
  }

  int number() {
    access.checkOpen();
    return number;
  }

  Store store() {
    return store;
  }

  /// What holds the map.
  ///
  /// @throws IllegalStateException where it is closed
  public VirtualReferences references() {
    access.checkOpen();
    return VirtualReferences.of(kernel.registry(), store);
  }

  @Override
  public int id() {
    access.checkOpen();
    return store.id();
  }

  /// Its values, which programs share. It stays usable after [#close()], and what is written then
  /// reaches nobody.
  ///
  /// @throws KernelException with `EINVAL` where it is no array that can be mapped
  ///   (`BPF_F_MMAPABLE`)
  @Override
  public MemorySegment memory() {
    access.checkOpen();
    if ((store.spec().flags() & MapSpec.MMAPABLE) == 0) {
      throw KernelException.of("map '" + name() + "' in memory", "mmap", Errno.EINVAL);
    }
    var memory = store.values();
    return store.isFrozen() ? memory.asReadOnly() : memory;
  }

  @Override
  public RingBuffer ringBuffer(EventTypes events) {
    checkType(MapType.RINGBUF, "ring buffer");
    access.checkOpen();
    return new RingBuffer(store.ring().open(), events);
  }

  @Override
  public PerfBuffer perfBuffer(PerfBufferOptions options, EventTypes events) {
    checkType(MapType.PERF_EVENT_ARRAY, "perf buffer");
    access.checkOpen();
    return new PerfBuffer(store.perfEvents().open(options), events);
  }

  @Override
  public UserRingBuffer userRingBuffer() {
    checkType(MapType.USER_RINGBUF, "user ring buffer");
    access.checkOpen();
    return new UserRingBuffer(store.ring().open());
  }

  @Override
  public void pin(Path path) {
    access.checkOpen();
    kernel.registry().pin(store, path);
  }

  @Override
  public VirtualMap duplicate() {
    return duplicate(name());
  }

  /// The same under another name; this is closed.
  VirtualMap renamed(String other) {
    try (this) {
      return duplicate(other);
    }
  }

  VirtualMap duplicate(String other) {
    access.checkOpen();
    return kernel.open(other, store, access.renamed(other), types());
  }

  @Override
  public void close() {
    if (access.close()) {
      kernel.registry().close(number);
    }
  }

  @Override
  public String toString() {
    return "map '"
        + name()
        + "' ("
        + MapType.label(type())
        + ", id "
        + store.id()
        + (access.isOpen() ? ")" : ", closed)");
  }
}
