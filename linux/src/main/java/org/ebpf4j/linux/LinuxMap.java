package org.ebpf4j.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.ebpf4j.BpfMap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// A map in this machine's kernel: one descriptor, and so one reference.
public final class LinuxMap implements BpfMap {
  private final LinuxKernel kernel;
  private final String name;
  private final Fd fd;
  private final MapInfo created;
  private final int valueSize;
  private @Nullable Mapping memory;

  /// @param created what the kernel says of it
  /// @param memory its values in memory, where it is mapped already
  LinuxMap(LinuxKernel kernel, String name, Fd fd, MapInfo created, Optional<Mapping> memory) {
    this.kernel = kernel;
    this.name = name;
    this.fd = fd;
    this.created = created;
    this.memory = memory.orElse(null);
    this.valueSize =
        isPerCpu(created.type())
            ? Math.ceilDiv(created.valueSize(), 8) * 8 * Cpus.possible()
            : created.valueSize();
  }

  private static boolean isPerCpu(int type) {
    return type == MapType.PERCPU_HASH.number()
        || type == MapType.PERCPU_ARRAY.number()
        || type == MapType.LRU_PERCPU_HASH.number()
        || type == MapType.PERCPU_CGROUP_STORAGE.number();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int keySize() {
    return created.keySize();
  }

  @Override
  public int valueSize() {
    return valueSize;
  }

  /// The descriptor.
  ///
  /// @throws IllegalStateException after [#close()]
  public int fd() {
    if (!fd.isOpen()) {
      throw new IllegalStateException("map '" + name + "' is closed");
    }
    return fd.number();
  }

  /// The kernel's id of it.
  public int id() {
    return info().id();
  }

  /// What the kernel says of it.
  public MapInfo info() {
    return ObjectInfo.map(fd());
  }

  @Override
  public Optional<byte[]> lookup(byte[] key) {
    checkKey(key);
    var value = new byte[valueSize];
    var errno = Bpf.mapLookup(fd(), key, value);
    if (errno == Errno.ENOENT) {
      return Optional.empty();
    }
    check("MAP_LOOKUP_ELEM", errno);
    return Optional.of(value);
  }

  @Override
  public void update(byte[] key, byte[] value, Update mode) {
    checkKey(key);
    if (value.length != valueSize) {
      throw new IllegalArgumentException(
          "map '" + name + "' has values of " + valueSize + " bytes, not " + value.length);
    }
    var flags =
        switch (mode) {
          case ANY -> 0;
          case NO_EXIST -> 1;
          case EXIST -> 2;
        };
    check("MAP_UPDATE_ELEM", Bpf.mapUpdate(fd(), key, value, flags));
  }

  @Override
  public boolean delete(byte[] key) {
    checkKey(key);
    var errno = Bpf.mapDelete(fd(), key);
    if (errno == Errno.ENOENT) {
      return false;
    }
    check("MAP_DELETE_ELEM", errno);
    return true;
  }

  private void checkKey(byte[] key) {
    if (key.length != keySize()) {
      throw new IllegalArgumentException(
          "map '" + name + "' has keys of " + keySize() + " bytes, not " + key.length);
    }
  }

  private void check(String command, int errno) {
    if (errno != 0) {
      throw Refusal.of(
          "map '" + name + "'",
          command,
          errno,
          EnumSet.noneOf(org.ebpf4j.linux.internal.host.Privileges.Capability.class));
    }
  }

  /// Pins it: it lives until the pin is removed.
  ///
  /// @throws org.ebpf4j.error.KernelException where the path exists
  /// @throws org.ebpf4j.error.NotMountedException where there is no bpffs
  public void pin(Path path) {
    Pins.pin("map '" + name + "'", fd(), path);
    kernel.report(Step.Action.PIN, "map " + name, path.toString());
  }

  /// Its values in memory, shared with the kernel: those of an array that can be mapped
  /// (`BPF_F_MMAPABLE`), or an arena. Read-only where the map is frozen or programs may only read
  /// it. Whoever reads or writes it after [#close()] gets an [IllegalStateException].
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it
  public synchronized MemorySegment memory() {
    if (memory == null) {
      var arena = created.type() == MapType.ARENA.number();
      var size =
          arena
              ? created.maxEntries() * Pages.size()
              : Math.ceilDiv(created.valueSize(), 8) * 8L * created.maxEntries();
      var access =
          (created.flags() & MapSpec.RDONLY_PROG) != 0
              ? Mapping.Access.READ
              : Mapping.Access.READ_WRITE;
      var pages = Math.ceilDiv(size, Pages.size()) * Pages.size();
      var mapped = Mapping.of(fd(), 0, pages, access);
      if (!mapped.ok()) {
        throw KernelException.of("map '" + name + "' in memory", "mmap", mapped.errno());
      }
      memory = mapped.mapping();
    }
    return memory.memory();
  }

  /// Another reference to the same map, with a life of its own.
  public LinuxMap duplicate() {
    return duplicate(name);
  }

  LinuxMap duplicate(String other) {
    return new LinuxMap(kernel, other, Fd.duplicate(fd()), created, Optional.empty());
  }

  /// The same descriptor under another name; this one is not to be used any more.
  LinuxMap named(String other) {
    return new LinuxMap(kernel, other, fd, created, Optional.empty());
  }

  @Override
  public synchronized void close() {
    if (fd.isOpen()) {
      var number = fd.toString();
      if (memory != null) {
        memory.close();
      }
      fd.close();
      kernel.report(Step.Action.CLOSE, "map " + name, number);
    }
  }
}
