package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.linux.internal.sys.Fd;

/// The descriptors of what is alive in this machine's kernel, for as long as this is open: another
/// thread may close an owner meanwhile, and no number becomes somebody else's before this is
/// closed.
final class Descriptors implements AutoCloseable {
  private final List<Fd> held = new ArrayList<>();

  /// Does something with a descriptor.
  static <T> T with(Handle handle, IntFunction<T> use) {
    try (var descriptors = new Descriptors()) {
      return use.apply(descriptors.of(handle));
    }
  }

  /// @throws IllegalArgumentException for what is of another kernel
  /// @throws IllegalStateException for what is closed
  int of(Handle handle) {
    return switch (handle) {
      case LinuxProgram own -> hold(own.descriptor());
      case LinuxMap own -> hold(own.descriptor());
      case ListeningSocket own -> hold(own.descriptor());
      case Described.Foreign foreign -> foreign.fd();
      default ->
          throw new IllegalArgumentException(
              "'" + handle.name() + "' is not of this machine's kernel");
    };
  }

  private int hold(Fd fd) {
    var number = fd.hold();
    held.add(fd);
    return number;
  }

  @Override
  public void close() {
    held.forEach(Fd::release);
  }
}
