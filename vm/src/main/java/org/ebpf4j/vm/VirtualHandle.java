package org.ebpf4j.vm;

import java.util.Optional;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.packet.SocketOptions;
import org.ebpf4j.vm.internal.packet.SocketRegion;

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

  HostObject object() {
    return object;
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

  /// The value of an option of a socket, as a program set it with `bpf_setsockopt`; empty where
  /// none did.
  ///
  /// @param level such as `SOL_SOCKET`, 1
  /// @param name such as `SO_MARK`, 36
  /// @throws IllegalStateException where it is no socket of which programs see the fields
  public Optional<byte[]> option(int level, int name) {
    return Optional.ofNullable(options().find(level, name)).map(byte[]::clone);
  }

  /// Sets an option of a socket, for `bpf_getsockopt`.
  ///
  /// @throws IllegalStateException where it is no socket of which programs see the fields
  public void setOption(int level, int name, byte[] value) {
    options().put(level, name, value);
  }

  private SocketOptions options() {
    if (object.region() instanceof SocketRegion socket) {
      return socket.options();
    }
    throw new IllegalStateException(this + " has no options");
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
