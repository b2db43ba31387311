package org.ebpf4j.linux;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.object.MapType;

/// Values that hang on something of the kernel, and go with it: a socket, an inode, a process, a
/// cgroup. It is another view of a [LinuxMap], and closed with it.
///
/// @param <V> what a value is in Java
public final class StorageMap<V> {
  private static final Set<Integer> BY_FILE =
      Set.of(MapType.INODE_STORAGE.number(), MapType.CGRP_STORAGE.number());

  private final int type;
  private final TypedMap<Integer, V> values;

  StorageMap(int type, TypedMap<Integer, V> values) {
    this.type = type;
    this.values = values;
    if (!BY_FILE.contains(type)
        && type != MapType.SK_STORAGE.number()
        && type != MapType.TASK_STORAGE.number()) {
      throw new IllegalArgumentException(
          "map '" + map().name() + "' is no storage, but " + MapType.label(type));
    }
  }

  /// The map that this is a view of.
  public LinuxMap map() {
    return values.map();
  }

  /// The value that hangs on what a descriptor refers to: a socket, a file, a pidfd, a cgroup's
  /// directory.
  public Optional<V> lookup(int fd) {
    return values.lookup(fd);
  }

  /// Hangs a value on what a descriptor refers to.
  public void update(int fd, V value, Update mode) {
    values.update(fd, value, mode);
  }

  /// Removes the value from what a descriptor refers to; false where there was none.
  public boolean delete(int fd) {
    return values.delete(fd);
  }

  /// The value of a process.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  public Optional<V> lookup(ProcessHandle process) {
    return with(process, values::lookup);
  }

  /// Hangs a value on a process, or rather on its first thread.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  public void update(ProcessHandle process, V value, Update mode) {
    with(
        process,
        fd -> {
          values.update(fd, value, mode);
          return Optional.empty();
        });
  }

  /// Removes the value of a process; false where there was none.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  public boolean delete(ProcessHandle process) {
    return with(process, fd -> Optional.of(values.delete(fd))).orElseThrow();
  }

  /// The value of a file, or of the cgroup of that directory.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  public Optional<V> lookup(Path file) {
    return with(file, values::lookup);
  }

  /// Hangs a value on a file, or on the cgroup of that directory.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  public void update(Path file, V value, Update mode) {
    with(
        file,
        fd -> {
          values.update(fd, value, mode);
          return Optional.empty();
        });
  }

  /// Removes the value of a file, or of the cgroup of that directory; false where there was none.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  public boolean delete(Path file) {
    return with(file, fd -> Optional.of(values.delete(fd))).orElseThrow();
  }

  private <T> Optional<T> with(ProcessHandle process, IntFunction<Optional<T>> use) {
    check(type == MapType.TASK_STORAGE.number(), "processes");
    var opened = FileIo.openProcess(process.pid());
    if (!opened.ok()) {
      throw KernelException.of("process " + process.pid(), "pidfd_open", opened.errno());
    }
    return using(opened.fd(), use);
  }

  private <T> Optional<T> with(Path file, IntFunction<Optional<T>> use) {
    check(BY_FILE.contains(type), "files or cgroups");
    var opened = FileIo.open(file.toString());
    if (!opened.ok()) {
      throw KernelException.of(file.toString(), "open", opened.errno());
    }
    return using(opened.fd(), use);
  }

  private static <T> Optional<T> using(Fd owned, IntFunction<Optional<T>> use) {
    try (var fd = owned) {
      return use.apply(fd.number());
    }
  }

  private void check(boolean fits, String what) {
    if (!fits) {
      throw new IllegalArgumentException(
          "the values of map '"
              + map().name()
              + "' ("
              + MapType.label(type)
              + ") do not hang on "
              + what);
    }
  }
}
