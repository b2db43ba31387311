package org.ebpf4j.linux.internal.load;

import java.math.BigInteger;
import java.util.Optional;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Memory;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.load.ElementRules;
import org.ebpf4j.load.MapRules;
import org.ebpf4j.load.WantedMap;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// Why a kernel does not make a map.
final class MapRefusal {
  private MapRefusal() {}

  /// What to throw where the request for that map came to an error number.
  static BpfException of(MapSpec spec, MapCreate request, long entries, int errno) {
    if (spec.exclusiveProgram().isPresent() && isTakenForAll(request)) {
      return new UnsupportedFeatureException(
          "exclusive maps",
          "6.18",
          "map '"
              + spec.name()
              + "' is for program '"
              + spec.exclusiveProgram().get()
              + "' only, and this kernel has no such maps (since 6.18)");
    }
    var rule =
        MapRules.broken(
            WantedMap.of(spec, entries, request.flags()), Cpus.possible(), Pages.size());
    if (rule.isPresent() && errno != Errno.EPERM && errno != Errno.ENOMEM) {
      return refused(spec, errno, rule.get().broken(), rule.get().mend());
    }
    var said = said(request);
    if (!said.isEmpty()) {
      return new KernelException(
          "MAP_CREATE",
          errno,
          "map '"
              + spec.name()
              + "': MAP_CREATE: "
              + Errno.describe(errno)
              + ": the kernel says: "
              + said);
    }
    if (errno == Errno.ENOMEM) {
      return refused(
          spec,
          errno,
          memory(spec, request, entries),
          "give it fewer entries: --map-entries " + spec.name() + "=N");
    }
    if (errno == Errno.EINVAL && !isKnown(spec)) {
      return unknownType(spec);
    }
    if (errno == Errno.EINVAL || errno == Errno.E2BIG) {
      return new KernelException(
          "MAP_CREATE",
          errno,
          "map '"
              + spec.name()
              + "': MAP_CREATE: "
              + Errno.describe(errno)
              + ": this kernel takes no "
              + spec.typeLabel()
              + " with keys of "
              + spec.keySize()
              + " bytes, values of "
              + request.valueSize()
              + ", "
              + entries
              + " entries and flags 0x"
              + Integer.toHexString(request.flags())
              + "\n"
              + "  try: compare with the rules of that type of map in the kernel's"
              + " Documentation/bpf, or leave out flags");
    }
    return Refusal.of(
        "map '" + spec.name() + "'", "MAP_CREATE", errno, Refusal.capabilitiesForMap(spec.type()));
  }

  private static KernelException refused(MapSpec spec, int errno, String why, String mend) {
    return new KernelException(
        "MAP_CREATE",
        errno,
        "map '"
            + spec.name()
            + "': "
            + why
            + " (MAP_CREATE: "
            + Errno.name(errno)
            + ")\n  try: "
            + mend);
  }

  private static String memory(MapSpec spec, MapCreate request, long entries) {
    var copies = isPerCpu(spec) ? Cpus.possible() : 1;
    var entry =
        BigInteger.valueOf(Integer.toUnsignedLong(request.valueSize()))
            .multiply(BigInteger.valueOf(copies))
            .add(BigInteger.valueOf(Integer.toUnsignedLong(spec.keySize())));
    var wanted = entry.multiply(BigInteger.valueOf(entries));
    return "it wants "
        + size(wanted)
        + " of memory, for "
        + entries
        + " entries of "
        + entry
        + " bytes, and "
        + Memory.available()
            .map(free -> size(BigInteger.valueOf(free)) + " are free, or its cgroup allows no more")
            .orElse("there is not so much");
  }

  private static boolean isPerCpu(MapSpec spec) {
    return MapType.of(spec.type())
        .filter(t ->
            t == MapType.PERCPU_ARRAY || t == MapType.PERCPU_HASH || t == MapType.LRU_PERCPU_HASH)
        .isPresent();
  }

  /// Such as `3725.3 GB`.
  private static String size(BigInteger bytes) {
    return bytes.bitLength() > 30
        ? "%.1f GB".formatted(bytes.doubleValue() / (1L << 30))
        : "%.1f MB".formatted(bytes.doubleValue() / (1L << 20));
  }

  /// Whether the kernel makes maps of that type at all.
  private static boolean isKnown(MapSpec spec) {
    var type = MapType.of(spec.type());
    if (type.isEmpty()) {
      return false;
    }
    var smallest = smallest(type.get());
    if (smallest.isEmpty()) {
      return true;
    }
    var result = MapCreation.call(smallest.get());
    if (result.ok()) {
      result.fd().close();
    }
    return result.errno() != Errno.EINVAL;
  }

  /// The request for the smallest map of a type; empty for types that want more than sizes.
  private static Optional<MapCreate> smallest(MapType type) {
    var flags =
        switch (type) {
          case LPM_TRIE -> 1;
          case ARENA -> MapSpec.MMAPABLE;
          default -> 0;
        };
    return (switch (type) {
          case HASH,
              PERCPU_HASH,
              LRU_HASH,
              LRU_PERCPU_HASH,
              LPM_TRIE,
              CGROUP_STORAGE,
              STACK_TRACE ->
              Optional.of(
                  MapCreate.of(
                      type.number(),
                      type == MapType.STACK_TRACE ? 4 : 8,
                      8,
                      type == MapType.CGROUP_STORAGE ? 0 : 1,
                      ""));
          case ARRAY,
              PROG_ARRAY,
              PERF_EVENT_ARRAY,
              PERCPU_ARRAY,
              CGROUP_ARRAY,
              DEVMAP,
              DEVMAP_HASH,
              SOCKMAP,
              SOCKHASH,
              CPUMAP,
              XSKMAP ->
              Optional.of(MapCreate.of(type.number(), 4, 4, 1, ""));
          case QUEUE, STACK, BLOOM_FILTER -> Optional.of(MapCreate.of(type.number(), 0, 8, 1, ""));
          case RINGBUF, USER_RINGBUF ->
              Optional.of(MapCreate.of(type.number(), 0, 0, Pages.size(), ""));
          case ARENA -> Optional.of(MapCreate.of(type.number(), 0, 0, 1, ""));
          default -> Optional.<MapCreate>empty();
        })
        .map(m -> m.withFlags(flags));
  }

  private static UnsupportedFeatureException unknownType(MapSpec spec) {
    var type = MapType.of(spec.type());
    var since = type.map(MapType::since);
    return new UnsupportedFeatureException(
        spec.typeLabel() + " maps",
        since.orElse(null),
        "map '"
            + spec.name()
            + "': this kernel has no maps of "
            + (type.isPresent() ? "type " : "")
            + spec.typeLabel()
            + " (MAP_CREATE: EINVAL)\n  try: use another type"
            + since
                .map(s -> ", or a kernel from " + s + " on, configured with what they need")
                .orElse(", or a newer kernel"));
  }

  /// What to throw where a map from an object does not take what it is to hold from the start.
  static KernelException ofSlot(LoadedMap map, int index, String what, int errno) {
    var info = map.info();
    return new KernelException(
        "MAP_UPDATE_ELEM",
        errno,
        "map '"
            + map.name()
            + "', slot "
            + index
            + ", for "
            + what
            + ": "
            + ElementRules.broken(info.type(), info.maxEntries(), "MAP_UPDATE_ELEM", errno)
                .orElse(Errno.describe(errno))
            + " (MAP_UPDATE_ELEM: "
            + Errno.name(errno)
            + ")"
            + (errno == Errno.E2BIG
                ? "\n  try: give it more: --map-entries " + map.name() + "=" + (index + 1L)
                : ""));
  }

  /// Whether the kernel takes the map where it is for all programs.
  private static boolean isTakenForAll(MapCreate request) {
    var result = MapCreation.call(request.withoutProgramHash());
    if (result.ok()) {
      result.fd().close();
    }
    return result.ok();
  }

  /// What the kernel says to a request that it has refused, where it says anything.
  private static String said(MapCreate request) {
    var logged = Bpf.mapCreateLogged(request);
    if (logged.result().ok()) {
      logged.result().fd().close();
    }
    return logged.log().strip().replace("\n", "; ");
  }
}
