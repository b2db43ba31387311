package org.ebpf4j.program.run;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.map.AbstractRawMap;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.jvm.MapStore;
import org.ebpf4j.program.jvm.RingStore;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;

/// A map of a [JvmObject]: the plain object in a static field, as a kernel gives maps.
final class JvmMap extends AbstractRawMap {
  private final JvmKernel kernel;
  private final MapShape shape;
  private final MapStore store;
  private final JvmMapAccess access;
  private final org.ebpf4j.program.map.BpfMap declared;
  private final int id;

  @SuppressWarnings("this-escape") // The kernel keeps it, and calls nothing of it yet.
  private JvmMap(
      JvmKernel kernel,
      String name,
      MapShape shape,
      JvmMapAccess access,
      MapTypes types,
      org.ebpf4j.program.map.BpfMap declared) {
    super(name, shape, access, types, new JvmObjects(kernel));
    this.kernel = kernel;
    this.shape = shape;
    this.store = declared.onJvm();
    this.access = access;
    this.declared = declared;
    this.id = kernel.add(this);
  }

  static JvmMap of(
      JvmKernel kernel,
      String name,
      MapShape shape,
      MapTypes types,
      org.ebpf4j.program.map.BpfMap declared) {
    var access = new JvmMapAccess(name, shape, declared.onJvm(), kernel.environment());
    return new JvmMap(kernel, name, shape, access, types, declared);
  }

  org.ebpf4j.program.map.BpfMap declared() {
    return declared;
  }

  @Override
  public int id() {
    access.checkOpen();
    return id;
  }

  private static UnsupportedFeatureException none(String what) {
    return new UnsupportedFeatureException(what, null, "the kernel of plain Java has no " + what);
  }

  @Override
  public MemorySegment memory() {
    throw none("maps in memory");
  }

  @Override
  public RingBuffer ringBuffer(EventTypes events) {
    checkType(MapType.RINGBUF, "ring buffer");
    access.checkOpen();
    return new RingBuffer(((RingStore) store).open(name()), events);
  }

  @Override
  public PerfBuffer perfBuffer(PerfBufferOptions options, EventTypes events) {
    throw none("perf buffers\n  try: a RingBuffer, or poll() of the PerfEventArray");
  }

  @Override
  public UserRingBuffer userRingBuffer() {
    throw none("user ring buffers");
  }

  @Override
  public void pin(Path path) {
    throw none("pins");
  }

  @Override
  public RawMap duplicate() {
    access.checkOpen();
    return of(kernel, name(), shape, types(), declared);
  }

  @Override
  public void close() {
    access.close();
    kernel.remove(id);
  }
}
