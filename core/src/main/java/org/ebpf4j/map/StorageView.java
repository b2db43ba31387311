package org.ebpf4j.map;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.RawMap;
import org.ebpf4j.StorageMap;
import org.ebpf4j.object.MapType;

/// Values that hang on something of the kernel, and go with it: a socket, an inode, a process, a
/// cgroup. Another view of a [RawMap].
///
/// @param <V> what a value is in Java
final class StorageView<V> implements StorageMap<V> {
  private static final Set<Integer> BY_FILE =
      Set.of(MapType.INODE_STORAGE.number(), MapType.CGRP_STORAGE.number());

  private final KernelObjects objects;
  private final int type;
  private final TypedMap<Integer, V> values;

  StorageView(KernelObjects objects, int type, TypedMap<Integer, V> values) {
    this.objects = objects;
    this.type = type;
    this.values = values;
    if (!BY_FILE.contains(type)
        && type != MapType.SK_STORAGE.number()
        && type != MapType.TASK_STORAGE.number()) {
      throw new IllegalArgumentException(
          "map '" + map().name() + "' is no storage, but " + MapType.label(type));
    }
  }

  @Override
  public RawMap map() {
    return values.map();
  }

  @Override
  public Optional<V> lookup(int fd) {
    return values.lookup(fd);
  }

  @Override
  public void update(int fd, V value, Update mode) {
    values.update(fd, value, mode);
  }

  @Override
  public boolean delete(int fd) {
    return values.delete(fd);
  }

  @Override
  public Optional<V> lookup(ProcessHandle process) {
    return with(process, values::lookup);
  }

  @Override
  public void update(ProcessHandle process, V value, Update mode) {
    with(
        process,
        fd -> {
          values.update(fd, value, mode);
          return Optional.empty();
        });
  }

  @Override
  public boolean delete(ProcessHandle process) {
    return with(process, fd -> Optional.of(values.delete(fd))).orElseThrow();
  }

  @Override
  public Optional<V> lookup(Path file) {
    return with(file, values::lookup);
  }

  @Override
  public void update(Path file, V value, Update mode) {
    with(
        file,
        fd -> {
          values.update(fd, value, mode);
          return Optional.empty();
        });
  }

  @Override
  public boolean delete(Path file) {
    return with(file, fd -> Optional.of(values.delete(fd))).orElseThrow();
  }

  private <T> Optional<T> with(ProcessHandle process, IntFunction<Optional<T>> use) {
    check(type == MapType.TASK_STORAGE.number(), "processes");
    return objects.with(process, use);
  }

  private <T> Optional<T> with(Path file, IntFunction<Optional<T>> use) {
    check(BY_FILE.contains(type), "files or cgroups");
    return objects.with(file, use);
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

  @Override
  public String toString() {
    return map().toString();
  }
}
