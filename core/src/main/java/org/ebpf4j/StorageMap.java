package org.ebpf4j;

import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.BpfMap.Update;

/// Values that hang on something of the kernel, and go with it: a socket, an inode, a process, a
/// cgroup. It is another view of a [RawMap], and closed with it. Several threads may use it at a
/// time.
///
/// @param <V> what a value is in Java
public interface StorageMap<V> {
  /// The map that this is a view of.
  RawMap map();

  /// The value that hangs on what a descriptor refers to: a socket, a file, a pidfd, a cgroup's
  /// directory.
  Optional<V> lookup(int fd);

  /// Hangs a value on what a descriptor refers to.
  void update(int fd, V value, Update mode);

  /// Removes the value from what a descriptor refers to; false where there was none.
  boolean delete(int fd);

  /// The value of a process.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  Optional<V> lookup(ProcessHandle process);

  /// Hangs a value on a process, or rather on its first thread.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  void update(ProcessHandle process, V value, Update mode);

  /// Removes the value of a process; false where there was none.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  boolean delete(ProcessHandle process);

  /// The value of a file, or of the cgroup of that directory.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  Optional<V> lookup(Path file);

  /// Hangs a value on a file, or on the cgroup of that directory.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  void update(Path file, V value, Update mode);

  /// Removes the value of a file, or of the cgroup of that directory; false where there was none.
  ///
  /// @throws IllegalArgumentException where values hang on something else
  boolean delete(Path file);
}
