package org.ebpf4j.vm;

import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Registry;

/// Something of a [VirtualKernel] that is no object of BPF and that maps hold or hang values on,
/// such as a socket. It lives until all handles of it are closed and no map holds it; the values
/// that hang on it go with it. It may be used from any thread.
public final class VirtualHandle implements AutoCloseable {
  private final Registry registry;
  private final HostObject object;
  private final int number;
  private volatile boolean closed;

  VirtualHandle(Registry registry, HostObject object) {
    this.registry = registry;
    this.object = object;
    this.number = registry.open(object);
  }

  /// What stands for it in the keys and values of maps, where Linux has a descriptor.
  ///
  /// @throws IllegalStateException where it is closed
  public int number() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
    return number;
  }

  /// Where programs find it. What is there is known only where it was made of fake memory.
  public long address() {
    return object.address();
  }

  /// Its id, which is what user space reads of a socket in a map (its cookie).
  public int id() {
    return object.id();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      registry.close(number);
    }
  }

  @Override
  public String toString() {
    return object.type().label() + " '" + object.name() + "'";
  }
}
