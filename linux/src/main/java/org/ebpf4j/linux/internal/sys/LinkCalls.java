package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ebpf4j.error.Errno;

/// The commands of `bpf(2)` on links and on hooks, one method each. Offsets are those of the
/// members of `union bpf_attr`.
public final class LinkCalls {
  private static final int PROG_ATTACH = 8;
  private static final int PROG_QUERY = 16;
  private static final int LINK_UPDATE = 29;
  private static final int LINK_DETACH = 34;

  /// The flag of `LINK_UPDATE` and `PROG_ATTACH` that says that a program takes the place of
  /// another.
  public static final int REPLACE = 1 << 2;

  /// How many programs a query has room for at first; more are asked for again.
  private static final int ROOM = 64;

  private LinkCalls() {}

  /// `LINK_UPDATE`. 0, or an error number.
  ///
  /// @param object the program, or, for the link of a struct of functions, the map
  /// @param expected what must be in force now, else the kernel refuses with `EPERM`; 0 for
  ///   whatever is
  public static int update(int link, int object, int expected) {
    try (var arena = Arena.ofConfined()) {
      return (int)
          -new Attr(arena, 16)
              .u32(0, link)
              .u32(4, object)
              .u32(8, expected == 0 ? 0 : REPLACE)
              .u32(12, expected)
              .bpf(LINK_UPDATE);
    }
  }

  /// `LINK_DETACH`: ends what the link does, whoever holds it. 0, or an error number.
  public static int detach(int link) {
    try (var arena = Arena.ofConfined()) {
      return (int) -new Attr(arena, 4).u32(0, link).bpf(LINK_DETACH);
    }
  }

  /// `PROG_ATTACH` to a hook that keeps programs in an order. 0, or an error number.
  ///
  /// @param target a descriptor of the hook
  /// @param flags `BPF_F_*`
  /// @param replaced the descriptor of the program that goes, or 0
  /// @param relative the id of the program or link that `flags` refer to, or 0
  /// @param revision the revision that the hook must have, or 0
  public static int attach(
      int target,
      int program,
      int attachType,
      int flags,
      int replaced,
      int relative,
      long revision) {
    try (var arena = Arena.ofConfined()) {
      var isOrdered = relative != 0 || revision != 0;
      var attr =
          new Attr(arena, isOrdered ? 32 : replaced != 0 ? 20 : 16)
              .u32(0, target)
              .u32(4, program)
              .u32(8, attachType)
              .u32(12, flags);
      if (isOrdered || replaced != 0) {
        attr.u32(16, replaced);
      }
      if (isOrdered) {
        attr.u32(20, relative).u64(24, revision);
      }
      return (int) -attr.bpf(PROG_ATTACH);
    }
  }

  /// The programs of a hook, in the order in which they run.
  ///
  /// @param errno 0, or why there is no answer; then everything else is empty
  /// @param flags the flags that the hook was given with its programs (`BPF_F_ALLOW_*`)
  /// @param revision how often the hook's programs have changed, where the kernel counts that, else
  ///   0
  /// @param programs the ids of the programs
  /// @param programFlags the flags of each, as far as the kernel says, else 0
  /// @param links the id of the link of each, 0 for one without, or where the kernel does not say
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Attached(
      int errno, int flags, long revision, int[] programs, int[] programFlags, int[] links) {
    static Attached refused(int errno) {
      return new Attached(errno, 0, 0, new int[0], new int[0], new int[0]);
    }

    /// Whether the program with that id is among them.
    public boolean holds(int program) {
      return Arrays.stream(programs).anyMatch(p -> p == program);
    }
  }

  /// `PROG_QUERY`, with flags, links and the revision where the kernel tells them, and else
  /// without.
  ///
  /// @param target the descriptor of a cgroup, a network namespace, a map or a lirc device, or the
  ///   index of a network device
  /// @param effective whether to ask for what runs there with what is inherited, which comes
  ///   without flags and links
  public static Attached query(int target, int attachType, boolean effective) {
    var room = ROOM;
    while (true) {
      var found = query(target, attachType, effective, room);
      if (found.errno() != Errno.ENOSPC) {
        return found;
      }
      room *= 4;
    }
  }

  private static Attached query(int target, int attachType, boolean effective, int room) {
    // Which fields a kernel knows depends on the hook as well as on its age: from all to few.
    var found = Attached.refused(Errno.EINVAL);
    for (var size = effective ? 28 : 64; found.errno() == Errno.EINVAL && size >= 28; ) {
      found = query(target, attachType, effective, room, size);
      size = size == 64 ? 56 : size == 56 ? 40 : size == 40 ? 28 : 0;
    }
    return found;
  }

  private static Attached query(int target, int attachType, boolean effective, int room, int size) {
    try (var arena = Arena.ofConfined()) {
      var programs = arena.allocate(ValueLayout.JAVA_INT, room);
      var flags = arena.allocate(ValueLayout.JAVA_INT, room);
      var links = arena.allocate(ValueLayout.JAVA_INT, room);
      var linkFlags = arena.allocate(ValueLayout.JAVA_INT, room);
      var attr =
          new Attr(arena, size)
              .u32(0, target)
              .u32(4, attachType)
              .u32(8, effective ? 1 : 0)
              .pointer(16, programs)
              .u32(24, room);
      if (size >= 40) {
        attr.pointer(32, flags);
      }
      if (size >= 56) {
        attr.pointer(40, links).pointer(48, linkFlags);
      }
      var result = attr.bpf(PROG_QUERY);
      if (result < 0) {
        return Attached.refused((int) -result);
      }
      var count = Math.min(room, attr.u32(24));
      return new Attached(
          0,
          attr.u32(12),
          size >= 64 ? attr.u64(56) : 0,
          numbers(programs, count),
          numbers(flags, count),
          numbers(links, count));
    }
  }

  private static int[] numbers(MemorySegment memory, int count) {
    return memory.asSlice(0, 4L * count).toArray(ValueLayout.JAVA_INT);
  }

  /// `struct bpf_link_info` of a link with the text and the arrays that it points to, which are
  /// asked for by a second call, once it is known how many elements they have.
  ///
  /// @param errno 0, or why there is none
  /// @param info the structure, in the machine's byte order; zero where the kernel says nothing
  /// @param text the name or path that it points to; empty where there is none
  /// @param numbers the arrays that it points to, which are as long as one another: addresses and
  ///   cookies, or offsets, counters and cookies
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record LinkDetails(int errno, ByteBuffer info, String text, long[][] numbers) {
    private static final int OBJ_GET_INFO_BY_FD = 15;

    /// Up to the last member of the largest kind, that of many places in a file.
    private static final int SIZE = 64;

    /// `PATH_MAX`; names are shorter.
    private static final int TEXT_SIZE = 4096;

    /// `MAX_KPROBE_MULTI_CNT` and `MAX_UPROBE_MULTI_CNT`.
    private static final int MAX_PLACES = 1 << 20;

    // enum bpf_link_type
    private static final int RAW_TRACEPOINT = 1;
    private static final int ITER = 4;
    private static final int PERF_EVENT = 7;
    private static final int KPROBE_MULTI = 8;
    private static final int UPROBE_MULTI = 12;

    // enum bpf_perf_event_type, whose first five have a name.
    private static final int PERF_TRACEPOINT = 5;

    private static final int[] NONE = {};
    private static final int[] KPROBE_ARRAYS = {16, 40};
    private static final int[] UPROBE_ARRAYS = {24, 32, 40};

    /// Asks for it.
    public static LinkDetails of(int link) {
      try (var arena = Arena.ofConfined()) {
        var info = new Attr(arena, SIZE);
        var errno = ask(arena, link, info);
        if (errno != 0) {
          return refused(errno);
        }
        return switch (info.u32(0)) {
          case RAW_TRACEPOINT, ITER -> again(arena, link, 16, 24, NONE, 0, 0);
          case PERF_EVENT ->
              info.u32(16) >= 1 && info.u32(16) <= PERF_TRACEPOINT
                  ? again(arena, link, 24, 32, NONE, 0, 0)
                  : new LinkDetails(0, bytes(info), "", new long[0][]);
          case KPROBE_MULTI -> again(arena, link, 0, 0, KPROBE_ARRAYS, 24, info.u32(24));
          case UPROBE_MULTI -> again(arena, link, 16, 48, UPROBE_ARRAYS, 52, info.u32(52));
          default -> new LinkDetails(0, bytes(info), "", new long[0][]);
        };
      }
    }

    private static LinkDetails refused(int errno) {
      return new LinkDetails(errno, ByteBuffer.allocate(SIZE), "", new long[0][]);
    }

    /// @param textAt the offset of the pointer to the text; 0 for none
    private static LinkDetails again(
        Arena arena, int link, int textAt, int lengthAt, int[] arraysAt, int countAt, int number) {
      var count = Math.clamp(number, 0, MAX_PLACES);
      var info = new Attr(arena, SIZE);
      var text = arena.allocate(TEXT_SIZE);
      if (textAt != 0 && (arraysAt.length == 0 || count > 0)) {
        info.pointer(textAt, text).u32(lengthAt, TEXT_SIZE);
      }
      var arrays = new MemorySegment[count == 0 ? 0 : arraysAt.length];
      for (var i = 0; i < arrays.length; i++) {
        arrays[i] = arena.allocate(ValueLayout.JAVA_LONG, count);
        info.pointer(arraysAt[i], arrays[i]).u32(countAt, count);
      }
      var errno = ask(arena, link, info);
      // A text that is cut off, or an array that has grown, is not worth less.
      if (errno != 0 && errno != Errno.ENOSPC) {
        return refused(errno);
      }
      var numbers = new long[arrays.length][];
      for (var i = 0; i < arrays.length; i++) {
        numbers[i] = arrays[i].toArray(ValueLayout.JAVA_LONG);
      }
      text.set(ValueLayout.JAVA_BYTE, TEXT_SIZE - 1, (byte) 0);
      return new LinkDetails(0, bytes(info), text.getString(0, StandardCharsets.UTF_8), numbers);
    }

    private static int ask(Arena arena, int link, Attr info) {
      return (int)
          -new Attr(arena, 16)
              .u32(0, link)
              .u32(4, SIZE)
              .pointer(8, info.memory())
              .bpf(OBJ_GET_INFO_BY_FD);
    }

    private static ByteBuffer bytes(Attr info) {
      return ByteBuffer.wrap(info.memory().toArray(ValueLayout.JAVA_BYTE))
          .order(ByteOrder.nativeOrder());
    }
  }
}
