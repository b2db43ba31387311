package org.ebpf4j.linux.internal.map;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// The values of a map in memory, mapped when they are first wanted. Whoever uses it sees to it
/// that one thread does so at a time.
public final class MapMemory {
  private final MapInfo created;
  private @Nullable Mapping mapping;

  /// @param mapping the values, where they are mapped already
  public MapMemory(MapInfo created, Optional<Mapping> mapping) {
    this.created = created;
    this.mapping = mapping.orElse(null);
  }

  /// The values.
  ///
  /// @param name the map's name, for messages
  /// @param fd gives its descriptor
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map them
  public MemorySegment of(String name, IntSupplier fd) {
    if (mapping == null) {
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
      var mapped = Mapping.of(fd.getAsInt(), 0, pages, access);
      if (!mapped.ok()) {
        throw KernelException.of("map '" + name + "' in memory", "mmap", mapped.errno());
      }
      mapping = mapped.mapping();
    }
    return mapping.memory();
  }

  /// Ends its use in memory.
  public void close() {
    if (mapping != null) {
      mapping.close();
    }
  }
}
