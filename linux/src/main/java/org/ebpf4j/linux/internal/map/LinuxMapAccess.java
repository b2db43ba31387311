package org.ebpf4j.linux.internal.map;

import java.util.EnumSet;
import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCalls;
import org.ebpf4j.load.ElementRules;
import org.ebpf4j.spi.MapAccess;

/// The calls on a map of this machine's kernel, with the name by which errors call it.
public final class LinuxMapAccess implements MapAccess, AutoCloseable {
  private final String name;
  private final MapCalls calls;

  /// @param name the name of the map, for messages
  public LinuxMapAccess(String name, MapCalls calls) {
    this.name = name;
    this.calls = calls;
  }

  @Override
  public MapCalls.Lane enter() {
    var lane = calls.enter();
    if (lane == null) {
      throw closed();
    }
    return lane;
  }

  private IllegalStateException closed() {
    return new IllegalStateException("map '" + name + "' is closed");
  }

  @Override
  public KernelException refusal(String command, int errno) {
    return rule(command, errno)
        .map(rule ->
            new KernelException(
                command,
                errno,
                "map '" + name + "': " + command + ": " + Errno.name(errno) + ": " + rule))
        .orElseGet(() ->
            Refusal.of("map '" + name + "'", command, errno, EnumSet.noneOf(Capability.class)));
  }

  /// What the number says of a map such as this.
  private Optional<String> rule(String command, int errno) {
    if (!calls.isOpen()) {
      return Optional.empty();
    }
    var info = ObjectInfo.map(calls.fd().number());
    return ElementRules.broken(info.type(), info.maxEntries(), command, errno)
        .map(rule ->
            rule
                + ElementRules.mend(info.type(), info.maxEntries(), command, errno)
                    .map(mend -> "\n  try: " + mend)
                    .orElse(""));
  }

  /// Whether it has not been closed.
  public boolean isOpen() {
    return calls.isOpen();
  }

  /// The descriptor.
  ///
  /// @throws IllegalStateException after [#close()]
  public Fd fd() {
    if (!calls.isOpen()) {
      throw closed();
    }
    return calls.fd();
  }

  @Override
  public void close() {
    calls.close();
  }
}
