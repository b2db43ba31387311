package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.ebpf4j.error.Errno;

/// The commands of `bpf(2)`, one method each. Offsets are those of the members of `union bpf_attr`
/// in `include/uapi/linux/bpf.h`; each call passes the attribute only as far as it uses it, so that
/// older kernels never see fields that they do not know.
public final class Bpf {
  private static final int MAP_CREATE = 0;
  private static final int MAP_LOOKUP_ELEM = 1;
  private static final int MAP_UPDATE_ELEM = 2;
  private static final int MAP_DELETE_ELEM = 3;
  private static final int PROG_LOAD = 5;
  private static final int OBJ_PIN = 6;
  private static final int OBJ_GET = 7;
  private static final int PROG_ATTACH = 8;
  private static final int PROG_DETACH = 9;
  private static final int OBJ_GET_INFO_BY_FD = 15;
  private static final int RAW_TRACEPOINT_OPEN = 17;
  private static final int BTF_LOAD = 18;
  private static final int MAP_FREEZE = 22;
  private static final int LINK_CREATE = 28;

  /// A signal breaks off `PROG_LOAD`; most signals are masked, and this is how often the others are
  /// put up with.
  static final int MAX_INTERRUPTIONS = 30;

  private Bpf() {}

  /// `MAP_CREATE`.
  public static Result mapCreate(
      int type,
      int keySize,
      int valueSize,
      long maxEntries,
      int flags,
      int innerFd,
      int numaNode,
      String name,
      long extra) {
    try (var arena = Arena.ofConfined()) {
      var attr =
          new Attr(arena, extra == 0 ? 44 : 72)
              .u32(0, type)
              .u32(4, keySize)
              .u32(8, valueSize)
              .u32(12, (int) maxEntries)
              .u32(16, flags)
              .u32(20, innerFd)
              .u32(24, numaNode)
              .name(28, name);
      if (extra != 0) {
        attr.u64(64, extra);
      }
      return Result.of(attr.bpf(MAP_CREATE));
    }
  }

  /// `MAP_LOOKUP_ELEM`: fills `value`. 0, or an error number.
  public static int mapLookup(int map, byte[] key, byte[] value) {
    try (var arena = Arena.ofConfined()) {
      var attr = new Attr(arena, 32).u32(0, map).bytes(8, key);
      var buffer = arena.allocate(Math.max(1, value.length), 8);
      var result = attr.pointer(16, buffer).bpf(MAP_LOOKUP_ELEM);
      if (result == 0) {
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, value, 0, value.length);
      }
      return (int) -result;
    }
  }

  /// `MAP_UPDATE_ELEM`. 0, or an error number.
  public static int mapUpdate(int map, byte[] key, byte[] value, long flags) {
    try (var arena = Arena.ofConfined()) {
      return (int)
          -new Attr(arena, 32)
              .u32(0, map)
              .bytes(8, key)
              .bytes(16, value)
              .u64(24, flags)
              .bpf(MAP_UPDATE_ELEM);
    }
  }

  /// `MAP_DELETE_ELEM`. 0, or an error number.
  public static int mapDelete(int map, byte[] key) {
    try (var arena = Arena.ofConfined()) {
      return (int) -new Attr(arena, 16).u32(0, map).bytes(8, key).bpf(MAP_DELETE_ELEM);
    }
  }

  /// `MAP_FREEZE`. 0, or an error number.
  public static int mapFreeze(int map) {
    try (var arena = Arena.ofConfined()) {
      return (int) -new Attr(arena, 4).u32(0, map).bpf(MAP_FREEZE);
    }
  }

  /// `BTF_LOAD`.
  public static Result btfLoad(byte[] btf) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new Attr(arena, 28).bytes(0, btf).u32(16, btf.length).bpf(BTF_LOAD));
    }
  }

  /// `PROG_LOAD`, with signals masked, and again where a signal broke it off all the same.
  ///
  /// @param logLevel what the verifier writes: 0 nothing, 1 the way to the fault, 2 everything
  /// @param logSize the size of the log's buffer in bytes; 0 for level 0
  public static ProgramLoad.Outcome progLoad(ProgramLoad load, int logLevel, int logSize) {
    try (var arena = Arena.ofConfined()) {
      var size = logLevel > 0 ? 144 : load.typesFd() != 0 ? 108 : 72;
      var attr =
          new Attr(arena, size)
              .u32(0, load.type())
              .u32(4, load.instructions().length / 8)
              .bytes(8, load.instructions())
              .string(16, load.license())
              .u32(40, load.kernelVersion())
              .u32(44, load.flags())
              .name(48, load.name())
              .u32(68, load.expectedAttachType());
      if (load.typesFd() != 0) {
        attr.u32(72, load.typesFd());
        if (load.functionInfo().length > 0) {
          attr.u32(76, 8).bytes(80, load.functionInfo()).u32(88, load.functionInfo().length / 8);
        }
        if (load.lineInfo().length > 0) {
          attr.u32(92, 16).bytes(96, load.lineInfo()).u32(104, load.lineInfo().length / 16);
        }
      }
      var log = MemorySegment.NULL;
      if (logLevel > 0) {
        // Zeroed by the arena; shared, because a virtual thread hands the call to another thread.
        log = arena.allocate(logSize, 8);
        attr.u32(24, logLevel).u32(28, logSize).pointer(32, log);
      }
      var interruptions = 0;
      var address = attr.memory().address();
      var result = Signals.masked(() -> Native.call(SystemCall.BPF, PROG_LOAD, address, size));
      while (result == -Errno.EAGAIN && interruptions < MAX_INTERRUPTIONS) {
        interruptions++;
        result = Signals.masked(() -> Native.call(SystemCall.BPF, PROG_LOAD, address, size));
      }
      return new ProgramLoad.Outcome(
          Result.of(result),
          logLevel > 0 ? text(log) : "",
          logLevel > 0 ? Integer.toUnsignedLong(attr.u32(140)) : 0,
          interruptions);
    }
  }

  private static String text(MemorySegment log) {
    var bytes = log.toArray(ValueLayout.JAVA_BYTE);
    var length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /// `OBJ_PIN`. 0, or an error number.
  public static int pin(int fd, String path) {
    try (var arena = Arena.ofConfined()) {
      return (int) -new Attr(arena, 12).string(0, path).u32(8, fd).bpf(OBJ_PIN);
    }
  }

  /// `OBJ_GET`.
  public static Result openPin(String path) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new Attr(arena, 12).string(0, path).bpf(OBJ_GET));
    }
  }

  /// `PROG_ATTACH`. 0, or an error number.
  public static int progAttach(int target, int program, int attachType, int flags) {
    try (var arena = Arena.ofConfined()) {
      return (int)
          -new Attr(arena, 16)
              .u32(0, target)
              .u32(4, program)
              .u32(8, attachType)
              .u32(12, flags)
              .bpf(PROG_ATTACH);
    }
  }

  /// `PROG_DETACH`. 0, or an error number.
  public static int progDetach(int target, int program, int attachType) {
    try (var arena = Arena.ofConfined()) {
      return (int)
          -new Attr(arena, 12).u32(0, target).u32(4, program).u32(8, attachType).bpf(PROG_DETACH);
    }
  }

  /// `RAW_TRACEPOINT_OPEN`.
  public static Result rawTracepointOpen(String name, int program) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(
          new Attr(arena, 16).string(0, name).u32(8, program).bpf(RAW_TRACEPOINT_OPEN));
    }
  }

  /// `LINK_CREATE`; `target` is a descriptor or, for XDP, the index of a network device.
  public static Result linkCreate(int program, int target, int attachType, int flags) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(
          new Attr(arena, 16)
              .u32(0, program)
              .u32(4, target)
              .u32(8, attachType)
              .u32(12, flags)
              .bpf(LINK_CREATE));
    }
  }

  /// `*_GET_NEXT_ID`: the lowest id above `id`; empty where there is none. A refusal is negative.
  public static OptionalInt nextId(ObjectKind kind, int id) {
    try (var arena = Arena.ofConfined()) {
      var attr = new Attr(arena, 12).u32(0, id);
      var result = attr.bpf(kind.nextId);
      if (result == -Errno.ENOENT) {
        return OptionalInt.empty();
      }
      return OptionalInt.of(result < 0 ? (int) result : attr.u32(4));
    }
  }

  /// `*_GET_FD_BY_ID`.
  public static Result openById(ObjectKind kind, int id) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new Attr(arena, 12).u32(0, id).bpf(kind.openById));
    }
  }

  /// `OBJ_GET_INFO_BY_FD`: fills the structure as far as the kernel knows it; 0, or an error
  /// number. Where `ids` is given, its address goes to `idsOffset` and its length to `countOffset`
  /// of the structure (a list of ids that the kernel is asked for).
  public static int info(int fd, byte[] info, int countOffset, int idsOffset, int[] ids) {
    try (var arena = Arena.ofConfined()) {
      var memory = new Attr(arena, info.length);
      var list = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, ids.length));
      if (ids.length > 0) {
        memory.u32(countOffset, ids.length).pointer(idsOffset, list);
      }
      var result =
          new Attr(arena, 16)
              .u32(0, fd)
              .u32(4, info.length)
              .pointer(8, memory.memory())
              .bpf(OBJ_GET_INFO_BY_FD);
      MemorySegment.copy(memory.memory(), ValueLayout.JAVA_BYTE, 0, info, 0, info.length);
      MemorySegment.copy(list, ValueLayout.JAVA_INT, 0, ids, 0, ids.length);
      return (int) -result;
    }
  }
}
