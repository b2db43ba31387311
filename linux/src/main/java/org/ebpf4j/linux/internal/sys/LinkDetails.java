package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.Errno;

/// `struct bpf_link_info` of a link with the text and the arrays that it points to, which are asked
/// for by a second call, once it is known how many elements they have.
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
