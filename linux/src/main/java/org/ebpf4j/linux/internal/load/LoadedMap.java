package org.ebpf4j.linux.internal.load;

import java.util.Optional;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;

/// The descriptor of one map. It belongs to who takes it out, or else is closed here.
public final class LoadedMap implements AutoCloseable {
  private final Steps steps;
  private final String name;
  private final Fd fd;
  private final MapInfo info;
  private final Optional<Mapping> memory;
  private final Origin origin;

  /// Where a map comes from.
  public enum Origin {
    /// It was made of the object's definition.
    CREATED,
    /// The caller gave it.
    GIVEN,
    /// It was there, pinned by its name.
    PINNED
  }

  LoadedMap(
      Steps steps, String name, Fd fd, MapInfo info, Optional<Mapping> memory, Origin origin) {
    this.steps = steps;
    this.name = name;
    this.fd = fd;
    this.info = info;
    this.memory = memory;
    this.origin = origin;
  }

  /// Its name in the object.
  public String name() {
    return name;
  }

  /// The descriptor.
  public Fd fd() {
    return fd;
  }

  /// What the kernel says of it.
  public MapInfo info() {
    return info;
  }

  /// Its values in memory, where it had to be mapped to be filled.
  public Optional<Mapping> memory() {
    return memory;
  }

  /// Where it comes from.
  public Origin origin() {
    return origin;
  }

  /// The same descriptor under another name; this one is not to be used any more.
  LoadedMap named(String other) {
    return new LoadedMap(steps, other, fd, info, memory, origin);
  }

  @Override
  public void close() {
    if (fd.isOpen()) {
      var number = fd.toString();
      memory.ifPresent(Mapping::close);
      fd.close();
      steps.report(Step.Action.CLOSE, "map " + name, number);
    }
  }
}
