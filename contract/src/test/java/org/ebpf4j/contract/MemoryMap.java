package org.ebpf4j.contract;

import java.lang.foreign.Arena;
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

/// An open map of the kernel of maps.
final class MemoryMap extends AbstractRawMap {
  private final MapsKernel kernel;
  private final Store store;
  private final MemoryAccess access;
  private final int number;

  /// Lives as long as this is open.
  private final Arena scope = Arena.ofShared();

  /// @param number the number by which it is put into other maps
  MemoryMap(MapsKernel kernel, String name, Store store, MapTypes types, int number) {
    this(kernel, name, store, new MemoryAccess(name, store), types, number);
  }

  private MemoryMap(
      MapsKernel kernel,
      String name,
      Store store,
      MemoryAccess access,
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

  @Override
  public int id() {
    access.checkOpen();
    return store.id();
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment memory() {
    access.checkOpen();
    var memory = store.memory();
    if (memory == null || (store.spec().flags() & MapSpec.MMAPABLE) == 0) {
      throw KernelException.of("map '" + name() + "' in memory", "mmap", Errno.EINVAL);
    }
    var scoped = memory.reinterpret(scope, null);
    return store.isFrozen() ? scoped.asReadOnly() : scoped;
  }

  @Override
  public RingBuffer ringBuffer(EventTypes events) {
    checkType(MapType.RINGBUF, "ring buffer");
    return new RingBuffer(new MemoryRing(name(), (int) maxEntries()), events);
  }

  @Override
  public PerfBuffer perfBuffer(PerfBufferOptions options, EventTypes events) {
    checkType(MapType.PERF_EVENT_ARRAY, "perf buffer");
    throw new IllegalStateException("this kernel creates no such maps");
  }

  @Override
  public UserRingBuffer userRingBuffer() {
    checkType(MapType.USER_RINGBUF, "user ring buffer");
    return new UserRingBuffer(new MemoryRing(name(), (int) maxEntries()));
  }

  @Override
  public void pin(Path path) {
    access.checkOpen();
    kernel.pin(this, path);
  }

  @Override
  public MemoryMap duplicate() {
    return duplicate(name());
  }

  MemoryMap duplicate(String other) {
    access.checkOpen();
    return kernel.open(other, store, types());
  }

  @Override
  public void close() {
    if (access.close()) {
      scope.close();
      kernel.closed(number, store);
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
