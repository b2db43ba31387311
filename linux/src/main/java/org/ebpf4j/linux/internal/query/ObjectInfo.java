package org.ebpf4j.linux.internal.query;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.BtfCommands;
import org.ebpf4j.linux.internal.sys.BtfCommands.BtfObject;
import org.ebpf4j.linux.internal.sys.Clocks;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Asks the kernel what it knows of an object that a descriptor refers to, and which objects there
/// are.
public final class ObjectInfo {
  // Offsets in the structures of include/uapi/linux/bpf.h.
  private static final int PROGRAM_SIZE = 232;
  private static final int PROGRAM_LOADED = 40;
  private static final int PROGRAM_USER = 48;
  private static final int PROGRAM_DEVICE = 80;
  private static final int PROGRAM_GPL = 84;
  private static final int PROGRAM_MAP_COUNT = 52;
  private static final int PROGRAM_MAP_IDS = 56;
  private static final int USUAL_MAPS = 64;
  private static final int PROGRAM_TYPES_ID = 128;
  private static final int PROGRAM_TARGET_TYPES = 220;
  private static final int PROGRAM_TARGET = 224;
  private static final int PROGRAM_RUN_TIME = 192;
  private static final int PROGRAM_RUN_COUNT = 200;
  private static final int PROGRAM_MISSES = 208;
  private static final int MAP_SIZE = 88;
  private static final int LINK_SIZE = 16;
  private static final int SEVERABLE_SIZE = 24;
  private static final int NAME_LENGTH = 16;

  // enum bpf_link_type
  private static final int CGROUP_LINK = 3;
  private static final int NETNS_LINK = 5;
  private static final int XDP_LINK = 6;
  private static final int STRUCT_OPS_LINK = 9;
  private static final int TCX_LINK = 11;
  private static final int NETKIT_LINK = 13;
  private static final int SOCKMAP_LINK = 14;

  private ObjectInfo() {}

  /// What the kernel says of a program.
  public static ProgramInfo program(int fd) {
    var info = new byte[PROGRAM_SIZE];
    var room = new int[USUAL_MAPS];
    var errno = Bpf.info(fd, info, PROGRAM_MAP_COUNT, PROGRAM_MAP_IDS, room);
    if (errno == Errno.ENODEV) {
      var fields = DescriptorFields.of(fd);
      if (fields.number("prog_id").isPresent()) {
        return OrphanedProgram.info(fields);
      }
    }
    if (errno != 0) {
      throw refusal("program fd " + fd, errno);
    }
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    var maps = Arrays.copyOf(room, buffer.getInt(PROGRAM_MAP_COUNT));
    if (maps.length > room.length) {
      ask("program", fd, new byte[PROGRAM_SIZE], maps);
    }
    return new ProgramInfo(
        buffer.getInt(4),
        buffer.getInt(0),
        name(info, 64),
        HexFormat.of().formatHex(info, 8, 16),
        buffer.getInt(20),
        buffer.getInt(16),
        Arrays.stream(maps).boxed().toList(),
        Integer.toUnsignedLong(buffer.getInt(216)),
        new ProgramInfo.Origin(
            Clocks.sinceBoot(buffer.getLong(PROGRAM_LOADED)),
            buffer.getInt(PROGRAM_USER),
            (buffer.getInt(PROGRAM_GPL) & 1) != 0,
            buffer.getInt(PROGRAM_DEVICE),
            false),
        new ProgramInfo.Types(
            buffer.getInt(PROGRAM_TYPES_ID),
            buffer.getInt(PROGRAM_TARGET_TYPES),
            buffer.getInt(PROGRAM_TARGET)),
        statistics(buffer),
        OptionalLong.empty(),
        name(info, 64));
  }

  /// How often a program has run.
  public static ProgramStatistics programStatistics(int fd) {
    var info = new byte[PROGRAM_SIZE];
    ask("program", fd, info, new int[0]);
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    return statistics(buffer);
  }

  private static ProgramStatistics statistics(ByteBuffer buffer) {
    return new ProgramStatistics(
        buffer.getLong(PROGRAM_RUN_COUNT),
        Duration.ofNanos(buffer.getLong(PROGRAM_RUN_TIME)),
        buffer.getLong(PROGRAM_MISSES));
  }

  /// What the kernel says of a map.
  public static MapInfo map(int fd) {
    var info = new byte[MAP_SIZE];
    ask("map", fd, info, new int[0]);
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    return new MapInfo(
        buffer.getInt(4),
        buffer.getInt(0),
        buffer.getInt(8),
        buffer.getInt(12),
        Integer.toUnsignedLong(buffer.getInt(16)),
        buffer.getInt(20),
        name(info, 24),
        buffer.getLong(80),
        buffer.getInt(40),
        new MapInfo.Types(
            buffer.getInt(64), buffer.getInt(68), buffer.getInt(72), buffer.getInt(44)),
        MapInfo.Use.UNKNOWN);
  }

  /// What the kernel says of a link.
  public static LinkHeader link(int fd) {
    var info = new byte[LINK_SIZE];
    ask("link", fd, info, new int[0]);
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    return new LinkHeader(buffer.getInt(4), buffer.getInt(0), buffer.getInt(8));
  }

  /// Whether a link is detached, though it lives: what it was on is gone, or it was detached.
  public static boolean isSevered(int fd) {
    var info = new byte[SEVERABLE_SIZE];
    ask("link", fd, info, new int[0]);
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    // The cgroup (64 bits), network namespace, device or map is 0 then.
    return switch (buffer.getInt(0)) {
      case CGROUP_LINK -> buffer.getLong(16) == 0;
      case NETNS_LINK, XDP_LINK, STRUCT_OPS_LINK, TCX_LINK, NETKIT_LINK, SOCKMAP_LINK ->
          buffer.getInt(16) == 0;
      default -> false;
    };
  }

  /// What the kernel says of BTF, and its bytes.
  ///
  /// @param id its id
  /// @param name `vmlinux`, the name of a module, or empty where a program brought it, or where the
  ///   kernel does not say (before 5.11)
  /// @param kernel whether it is that of the kernel or of a module
  /// @param bytes all of it, in the machine's byte order; types of a module count on from those of
  ///   the kernel
  @SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
  public record TypesInfo(int id, String name, boolean kernel, byte[] bytes) {}

  /// What the kernel says of BTF, and its bytes.
  public static TypesInfo types(int fd) {
    var info = typesInfo(fd, new byte[0]);
    var bytes = new byte[info.size()];
    info = typesInfo(fd, bytes);
    return new TypesInfo(info.id(), info.name(), info.kernel(), bytes);
  }

  /// The id of the types that a program was loaded with, or 0.
  public static int typesId(int fd) {
    var info = new byte[PROGRAM_SIZE];
    ask("program", fd, info, new int[0]);
    return ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(PROGRAM_TYPES_ID);
  }

  /// What a program was loaded for: a type in some BTF.
  ///
  /// @param types the id of the BTF; 0 where the kernel does not say (before 6.0), or where the
  ///   program is for no type
  /// @param type the id of the type in it
  public record Target(int types, int type) {}

  /// What a program was loaded for.
  public static Target target(int fd) {
    var info = new byte[PROGRAM_SIZE];
    ask("program", fd, info, new int[0]);
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    return new Target(buffer.getInt(PROGRAM_TARGET_TYPES), buffer.getInt(PROGRAM_TARGET));
  }

  /// The id of a program's main function in the types that it was loaded with, or 0 where it was
  /// loaded without.
  public static int mainFunction(int fd) {
    var id = BtfCommands.mainFunction(fd);
    if (id < 0) {
      throw refusal("program fd " + fd, -id);
    }
    return id;
  }

  /// What the kernel says of BTF, without its bytes.
  public static BtfObject typesHeader(int fd) {
    return typesInfo(fd, new byte[0]);
  }

  private static BtfObject typesInfo(int fd, byte[] bytes) {
    var info = BtfCommands.info(fd, true, bytes);
    if (info.errno() == Errno.E2BIG) {
      info = BtfCommands.info(fd, false, bytes);
    }
    if (info.errno() != 0) {
      throw refusal("BTF fd " + fd, info.errno());
    }
    return info;
  }

  private static void ask(String what, int fd, byte[] info, int[] ids) {
    var errno = Bpf.info(fd, info, PROGRAM_MAP_COUNT, PROGRAM_MAP_IDS, ids);
    if (errno != 0) {
      throw refusal(what + " fd " + fd, errno);
    }
  }

  /// Kernels whose `bpf(2)` is for privileged processes alone refuse this, too.
  private static KernelException refusal(String what, int errno) {
    return Refusal.of(what, "OBJ_GET_INFO_BY_FD", errno, EnumSet.of(Capability.CAP_BPF));
  }

  private static String name(byte[] info, int offset) {
    var end = offset;
    while (end < offset + NAME_LENGTH && info[end] != 0) {
      end++;
    }
    return new String(info, offset, end - offset, StandardCharsets.ISO_8859_1);
  }

  /// The ids of all objects of a kind, in ascending order.
  public static List<Integer> ids(ObjectKind kind) {
    var ids = new ArrayList<Integer>();
    OptionalInt next = Bpf.nextId(kind, 0);
    while (next.isPresent()) {
      var id = next.getAsInt();
      if (id < 0) {
        throw Refusal.of(
            "the list of " + kind.plural(),
            kind.commandPrefix() + "_GET_NEXT_ID",
            -id,
            EnumSet.of(Capability.CAP_SYS_ADMIN));
      }
      ids.add(id);
      next = Bpf.nextId(kind, id);
    }
    return ids;
  }

  /// Whether an object with that id is alive. Objects die a moment after their last reference is
  /// gone.
  public static boolean isAlive(ObjectKind kind, int id) {
    var opened = Bpf.openById(kind, id);
    if (opened.ok()) {
      opened.fd().close();
      return true;
    }
    if (opened.errno() == Errno.ENOENT) {
      return false;
    }
    throw Refusal.of(
        "object " + id,
        kind.commandPrefix() + "_GET_FD_BY_ID",
        opened.errno(),
        EnumSet.of(Capability.CAP_SYS_ADMIN));
  }
}
