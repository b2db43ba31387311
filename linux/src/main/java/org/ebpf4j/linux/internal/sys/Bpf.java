package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// The commands of `bpf(2)`, one method each; those on types are in [BtfCommands]. Offsets are
/// those of the members of `union bpf_attr` in `include/uapi/linux/bpf.h`; each call passes the
/// attribute only as far as it uses it, so that older kernels never see fields that they do not
/// know.
public final class Bpf {
  private static final int MAP_CREATE = 0;
  static final int MAP_LOOKUP_ELEM = 1;
  static final int MAP_UPDATE_ELEM = 2;
  static final int MAP_DELETE_ELEM = 3;
  static final int MAP_GET_NEXT_KEY = 4;
  static final int PROG_LOAD = 5;
  private static final int OBJ_PIN = 6;
  private static final int OBJ_GET = 7;
  private static final int PROG_ATTACH = 8;
  private static final int PROG_DETACH = 9;
  static final int PROG_TEST_RUN = 10;
  static final int OBJ_GET_INFO_BY_FD = 15;
  private static final int RAW_TRACEPOINT_OPEN = 17;
  static final int MAP_LOOKUP_AND_DELETE_ELEM = 21;
  static final int MAP_FREEZE = 22;
  static final int MAP_LOOKUP_BATCH = 24;
  static final int MAP_LOOKUP_AND_DELETE_BATCH = 25;
  static final int MAP_UPDATE_BATCH = 26;
  static final int MAP_DELETE_BATCH = 27;
  private static final int LINK_CREATE = 28;
  private static final int ENABLE_STATS = 32;
  private static final int ITER_CREATE = 33;
  private static final int PROG_BIND_MAP = 35;
  private static final int TOKEN_CREATE = 36;
  private static final int PROG_STREAM_READ_BY_FD = 37;

  /// The flag of maps, programs and BTF that says that there is a token.
  static final int TOKEN_FD = 1 << 16;

  /// Of a command that comes with attributes that all commands have (`BPF_COMMON_ATTRS`).
  private static final int COMMON_ATTRIBUTES = 1 << 16;

  private static final int MAP_LOG_SIZE = 4096;

  /// A signal breaks off `PROG_LOAD`; most signals are masked, and this is how often the others are
  /// put up with.
  static final int MAX_INTERRUPTIONS = 30;

  private Bpf() {}

  /// Has the calls linked in another thread, before the first is made.
  public static void prepare() {
    // Nothing of Native is touched here: who initializes it links.
    Thread.ofPlatform().daemon().name("ebpf4j-link").start(Native::callOnce);
    Thread.ofPlatform().daemon().name("ebpf4j-forms").start(LinkerForms::make);
  }

  /// `MAP_CREATE`.
  public static Result mapCreate(MapCreate map) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(map.attr(arena).bpf(MAP_CREATE));
    }
  }

  /// `MAP_CREATE` with a buffer for what the kernel has to say, which older kernels refuse with
  /// `EINVAL`, and say nothing.
  public static MapLogged mapCreateLogged(MapCreate map) {
    try (var arena = Arena.ofConfined()) {
      var log = arena.allocate(MAP_LOG_SIZE, 8);
      // struct bpf_common_attr
      var common = new Attr(arena, 24).pointer(0, log).u32(8, MAP_LOG_SIZE).u32(12, 1);
      return new MapLogged(
          Result.of(map.attr(arena).bpf(MAP_CREATE | COMMON_ATTRIBUTES, common)), text(log));
    }
  }

  /// What came of `MAP_CREATE`.
  ///
  /// @param result the map, or why not
  /// @param log what the kernel wrote
  public record MapLogged(Result result, String log) {}

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

  /// `MAP_GET_NEXT_KEY`: fills `next` with the key after `key`, or with the first where `key` is
  /// null. 0, or an error number: `ENOENT` where `key` is the last.
  public static int mapNextKey(int map, byte @Nullable [] key, byte[] next) {
    try (var arena = Arena.ofConfined()) {
      var attr = new Attr(arena, 24).u32(0, map);
      if (key != null) {
        attr.bytes(8, key);
      }
      var buffer = arena.allocate(Math.max(1, next.length), 8);
      var result = attr.pointer(16, buffer).bpf(MAP_GET_NEXT_KEY);
      if (result == 0) {
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, next, 0, next.length);
      }
      return (int) -result;
    }
  }

  /// `MAP_FREEZE`. 0, or an error number.
  public static int mapFreeze(int map) {
    try (var arena = Arena.ofConfined()) {
      return (int) -new Attr(arena, 4).u32(0, map).bpf(MAP_FREEZE);
    }
  }

  /// `PROG_LOAD`, with signals masked, and again where a signal broke it off all the same.
  ///
  /// @param logLevel what the verifier writes: 0 nothing, 1 the way to the fault, 2 everything
  /// @param logSize the size of the log's buffer in bytes; 0 for level 0
  public static ProgramLoad.Outcome progLoad(ProgramLoad load, int logLevel, int logSize) {
    try (var arena = Arena.ofConfined()) {
      return new ProgramLoadCall(arena, load, logLevel, logSize).make();
    }
  }

  /// The same with a log that goes into memory of the caller's.
  static Result progLoad(ProgramLoad load, int logLevel, MemorySegment log) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new ProgramLoadCall(arena, load, logLevel, log).call());
    }
  }

  /// `PROG_TEST_RUN`.
  public static ProgramRun.Outcome progRun(int program, ProgramRun run) {
    try (var arena = Arena.ofConfined()) {
      return run.on(arena, program);
    }
  }

  /// `ENABLE_STATS` for `BPF_STATS_RUN_TIME`: a descriptor, for whose life runs of all programs are
  /// counted and timed.
  public static Result enableRunStatistics() {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new Attr(arena, 4).u32(0, 0).bpf(ENABLE_STATS));
    }
  }

  /// `PROG_STREAM_READ_BY_FD`: takes what a program has written to a stream, as far as it fits into
  /// `buffer`. How many bytes, or an error number negated.
  public static int streamRead(int program, int stream, byte[] buffer) {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(Math.max(1, buffer.length));
      var result =
          new Attr(arena, 20)
              .pointer(0, memory)
              .u32(8, buffer.length)
              .u32(12, stream)
              .u32(16, program)
              .bpf(PROG_STREAM_READ_BY_FD);
      if (result > 0) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, buffer, 0, (int) result);
      }
      return (int) result;
    }
  }

  /// `PROG_BIND_MAP`: the program keeps the map alive. 0, or an error number.
  public static int progBindMap(int program, int map) {
    try (var arena = Arena.ofConfined()) {
      return (int) -new Attr(arena, 12).u32(0, program).u32(4, map).bpf(PROG_BIND_MAP);
    }
  }

  /// `TOKEN_CREATE`: a token with the privileges that the bpffs with that root delegates.
  public static Result tokenCreate(int bpffsFd) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new Attr(arena, 8).u32(4, bpffsFd).bpf(TOKEN_CREATE));
    }
  }

  /// What the kernel wrote into a buffer for text, up to the zero behind it.
  static String text(MemorySegment log) {
    var ends = log.get(ValueLayout.JAVA_BYTE, log.byteSize() - 1) == 0;
    return ends
        ? log.getString(0, StandardCharsets.UTF_8)
        : new String(log.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
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

  /// `PROG_ATTACH` of a program that takes the place of another on a hook that keeps them in an
  /// order. 0, or an error number.
  ///
  /// @param target the index of a network device, or a descriptor
  /// @param replaced the descriptor of the program that goes
  /// @param revision the revision that the hook must have, or 0
  public static int progReplace(
      int target, int program, int attachType, int replaced, long revision) {
    try (var arena = Arena.ofConfined()) {
      return (int)
          -new Attr(arena, 32)
              .u32(0, target)
              .u32(4, program)
              .u32(8, attachType)
              .u32(12, 1 << 2) // BPF_F_REPLACE
              .u32(16, replaced)
              .u64(24, revision)
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

  /// `RAW_TRACEPOINT_OPEN`; without a name for a program that was loaded for its place.
  public static Result rawTracepointOpen(String name, int program) {
    return rawTracepointOpen(name, program, 0);
  }

  /// `RAW_TRACEPOINT_OPEN` with what the program can ask for there; kernels before 6.10 say `E2BIG`
  /// to one that is not 0.
  public static Result rawTracepointOpen(String name, int program, long cookie) {
    try (var arena = Arena.ofConfined()) {
      var attr = new Attr(arena, cookie == 0 ? 16 : 24).u32(8, program);
      if (cookie != 0) {
        attr.u64(16, cookie);
      }
      return Result.of((name.isEmpty() ? attr : attr.string(0, name)).bpf(RAW_TRACEPOINT_OPEN));
    }
  }

  /// `LINK_CREATE`.
  public static Result linkCreate(LinkCreate link) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(link.attr(arena).bpf(LINK_CREATE));
    }
  }

  /// `ITER_CREATE`: a descriptor that what the program of an iterator writes is read from.
  public static Result iterCreate(int link) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(new Attr(arena, 8).u32(0, link).bpf(ITER_CREATE));
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
      memory.get(info);
      Native.numbers(list).asIntBuffer().get(ids);
      return (int) -result;
    }
  }

  /// `OBJ_GET_INFO_BY_FD` into memory that is laid out already. 0, or an error number.
  static int info(Arena arena, int fd, Attr info) {
    return (int)
        -new Attr(arena, 16)
            .u32(0, fd)
            .u32(4, (int) info.memory().byteSize())
            .pointer(8, info.memory())
            .bpf(OBJ_GET_INFO_BY_FD);
  }

  /// `OBJ_GET_INFO_BY_FD`: how many bytes of the structure the kernel knows, up to its length; an
  /// error number negated.
  public static int infoSize(int fd, byte[] info) {
    try (var arena = Arena.ofConfined()) {
      var memory = new Attr(arena, info.length);
      var attr = new Attr(arena, 16).u32(0, fd).u32(4, info.length).pointer(8, memory.memory());
      var result = attr.bpf(OBJ_GET_INFO_BY_FD);
      memory.get(info);
      return result < 0 ? (int) result : attr.u32(4);
    }
  }
}
