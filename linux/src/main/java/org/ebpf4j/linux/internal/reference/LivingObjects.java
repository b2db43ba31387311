package org.ebpf4j.linux.internal.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// What there is: programs, maps, links and types, as the kernel describes them.
///
/// @param programs by id, and so on
record LivingObjects(
    Map<Integer, Program> programs,
    Map<Integer, MapFacts> maps,
    Map<Integer, Link> links,
    Map<Integer, Types> types) {
  // Offsets in the structures of include/uapi/linux/bpf.h.
  private static final int PROGRAM_SIZE = 232;
  private static final int PROGRAM_MAP_COUNT = 52;
  private static final int PROGRAM_MAP_IDS = 56;
  private static final int MAP_SIZE = 88;
  private static final int LINK_SIZE = 72;
  private static final int NAME_LENGTH = 16;

  /// A program.
  record Program(int id, int type, String name, List<Integer> maps, int types) {
    String typeLabel() {
      return ProgramType.of(type).map(ProgramType::label).orElse("type " + type);
    }

    boolean is(ProgramType... wanted) {
      for (var each : wanted) {
        if (each.number() == type) {
          return true;
        }
      }
      return false;
    }
  }

  /// A map.
  record MapFacts(
      int id,
      int type,
      int keySize,
      int valueSize,
      long maxEntries,
      String name,
      int types,
      int kernelValueType) {
    String typeLabel() {
      return MapType.label(type);
    }

    Optional<MapType> mapType() {
      return MapType.of(type);
    }
  }

  /// A link; `info` is the kernel's structure.
  record Link(int id, int type, int program, ByteBuffer info) {
    private static final List<String> TYPES =
        List.of(
            "unspec",
            "raw_tracepoint",
            "tracing",
            "cgroup",
            "iter",
            "netns",
            "xdp",
            "perf_event",
            "kprobe_multi",
            "struct_ops",
            "netfilter",
            "tcx",
            "uprobe_multi",
            "netkit",
            "sockmap");

    String typeLabel() {
      return type >= 0 && type < TYPES.size() ? TYPES.get(type) : "type " + type;
    }

    boolean is(String label) {
      return typeLabel().equals(label);
    }

    int u32(int offset) {
      return info.getInt(offset);
    }

    long u64(int offset) {
      return info.getLong(offset);
    }
  }

  /// Types.
  record Types(int id, String name, boolean kernel) {}

  /// Asks for all, without those that are `own`. What ends meanwhile is left out.
  ///
  /// @param maps the maps, where they are known already; else null
  static LivingObjects read(Set<ObjectKey> own, @Nullable List<MapFacts> maps) {
    var inventory =
        new LivingObjects(
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>());
    for (var id : ObjectInfo.ids(ObjectKind.PROGRAM)) {
      if (!own.contains(ObjectKey.program(id))) {
        open(ObjectKind.PROGRAM, id)
            .ifPresent(fd -> program(fd).ifPresent(p -> inventory.programs.put(p.id, p)));
      }
    }
    if (maps != null) {
      maps.stream()
          .filter(m -> !own.contains(ObjectKey.map(m.id)))
          .forEach(m -> inventory.maps.put(m.id, m));
    }
    for (var id : maps == null ? ObjectInfo.ids(ObjectKind.MAP) : List.<Integer>of()) {
      if (!own.contains(ObjectKey.map(id))) {
        open(ObjectKind.MAP, id).ifPresent(fd -> inventory.maps.put(id, map(fd)));
      }
    }
    for (var id : ObjectInfo.ids(ObjectKind.LINK)) {
      if (!own.contains(ObjectKey.link(id))) {
        open(ObjectKind.LINK, id).ifPresent(fd -> inventory.links.put(id, link(fd)));
      }
    }
    for (var id : ObjectInfo.ids(ObjectKind.TYPES)) {
      open(ObjectKind.TYPES, id).ifPresent(fd -> inventory.types.put(id, types(id, fd)));
    }
    return inventory;
  }

  /// Empty where it is gone.
  static Optional<Fd> open(ObjectKind kind, int id) {
    var opened = Bpf.openById(kind, id);
    if (opened.errno() == Errno.ENOENT || opened.errno() == Errno.EAGAIN) {
      return Optional.empty();
    }
    return Optional.of(opened.ok() ? opened.fd() : Ids.open(kind, id));
  }

  private static Optional<Program> program(Fd fd) {
    try (fd) {
      var info = new byte[PROGRAM_SIZE];
      if (Bpf.info(fd.number(), info, 0, 0, new int[0]) != 0) {
        return Optional.empty();
      }
      var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
      var ids = new int[buffer.getInt(PROGRAM_MAP_COUNT)];
      if (ids.length > 0) {
        Bpf.info(fd.number(), new byte[PROGRAM_SIZE], PROGRAM_MAP_COUNT, PROGRAM_MAP_IDS, ids);
      }
      var maps = new ArrayList<Integer>();
      for (var id : ids) {
        if (id != 0) {
          maps.add(id);
        }
      }
      return Optional.of(
          new Program(
              buffer.getInt(4),
              buffer.getInt(0),
              name(info, 64),
              List.copyOf(maps),
              buffer.getInt(128)));
    }
  }

  private static MapFacts map(Fd fd) {
    try (fd) {
      var info = new byte[MAP_SIZE];
      Bpf.info(fd.number(), info, 0, 0, new int[0]);
      var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
      return new MapFacts(
          buffer.getInt(4),
          buffer.getInt(0),
          buffer.getInt(8),
          buffer.getInt(12),
          Integer.toUnsignedLong(buffer.getInt(16)),
          name(info, 24),
          buffer.getInt(64),
          buffer.getInt(44));
    }
  }

  private static Link link(Fd fd) {
    try (fd) {
      var info = new byte[LINK_SIZE];
      Bpf.info(fd.number(), info, 0, 0, new int[0]);
      var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
      return new Link(buffer.getInt(4), buffer.getInt(0), buffer.getInt(8), buffer);
    }
  }

  private static Types types(int id, Fd fd) {
    try (fd) {
      var header = ObjectInfo.typesHeader(fd.number());
      return new Types(id, header.name(), header.kernel());
    }
  }

  static String name(byte[] info, int offset) {
    var end = offset;
    while (end < offset + NAME_LENGTH && info[end] != 0) {
      end++;
    }
    return new String(info, offset, end - offset, StandardCharsets.ISO_8859_1);
  }
}
