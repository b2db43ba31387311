package org.ebpf4j.linux.internal.load;

import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.object.MapSpec;

/// The memory of arenas.
final class ArenaMemory {
  private ArenaMemory() {}

  /// Maps an arena at its address, which programs must find in the kernel when they are loaded, and
  /// puts its variables where programs look for them.
  static Mapping map(MapSpec spec, Fd fd, KernelFacts kernel) {
    var size = spec.maxEntries() * kernel.pageSize();
    var mapped =
        spec.extra() == 0
            ? Mapping.of(fd.number(), 0, size, Mapping.Access.READ_WRITE)
            : Mapping.at(spec.extra(), fd.number(), 0, size, Mapping.Access.READ_WRITE);
    if (!mapped.ok()) {
      throw KernelException.of(
          "arena '"
              + spec.name()
              + "' of "
              + size
              + " bytes"
              + (spec.extra() == 0 ? "" : " at address 0x" + Long.toHexString(spec.extra())),
          "mmap",
          mapped.errno());
    }
    var mapping = mapped.mapping();
    try {
      spec.content()
          .ifPresent(
              image -> image.writeInto(mapping.memory(), MapFitting.arenaOffset(spec, kernel)));
      return mapping;
    } catch (RuntimeException | Error e) {
      mapping.close();
      throw e;
    }
  }
}
