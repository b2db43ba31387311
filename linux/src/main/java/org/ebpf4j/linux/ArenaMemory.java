package org.ebpf4j.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapSpec;

/// The memory of arenas.
final class ArenaMemory {
  private ArenaMemory() {}

  /// Maps an arena at its address, which programs must find in the kernel when they are loaded, and
  /// puts its variables where programs look for them.
  static Mapping map(MapSpec spec, Fd fd) {
    var size = spec.maxEntries() * Pages.size();
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
          .ifPresent(image ->
              MemorySegment.copy(
                  image.toArray(),
                  0,
                  mapping.memory(),
                  ValueLayout.JAVA_BYTE,
                  offset(spec),
                  image.size()));
      return mapping;
    } catch (RuntimeException | Error e) {
      mapping.close();
      throw e;
    }
  }

  /// Where the variables of an arena begin: in its last pages, or, where the kernel's verifier
  /// cannot look so far, in its first.
  static long offset(MapSpec arena) {
    var variables = arena.content().map(Bytes::size).orElse(0);
    var pages = Math.ceilDiv(variables, Pages.size()) * (long) Pages.size();
    if (pages > arena.maxEntries() * Pages.size()) {
      throw new BpfException(
          "arena '"
              + arena.name()
              + "' of "
              + arena.maxEntries()
              + " pages is too small for its "
              + variables
              + " bytes of variables");
    }
    return KernelFeatures.ofProcess().has(KernelFeature.WIDE_VALUE_OFFSETS)
        ? arena.maxEntries() * Pages.size() - pages
        : 0;
  }
}
