package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// `OBJ_GET_INFO_BY_FD` of a program, for its code and what was said of it when it was loaded.
///
/// @param errno 0, or an error number; then all else is empty
/// @param translated its instructions as the kernel keeps them; null where the kernel has them and
///   does not give them, empty where it does not say that there are any
/// @param jited its machine code, the functions one after the other; null and empty likewise
/// @param addresses where each function of the machine code stands; empty where that is hidden
/// @param lengths how many bytes each of them has; empty where that is hidden
/// @param functions `struct bpf_func_info`, 8 bytes each
/// @param lines `struct bpf_line_info`, 16 bytes each
/// @param jitedLines where the machine code of each of the lines begins; empty where that is hidden
@SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
public record ProgramDump(
    int errno,
    byte @Nullable [] translated,
    byte @Nullable [] jited,
    long[] addresses,
    int[] lengths,
    int[] functions,
    int[] lines,
    long[] jitedLines) {
  // struct bpf_prog_info
  private static final int SIZE = 208;
  private static final int JITED_LENGTH = 16;
  private static final int TRANSLATED_LENGTH = 20;
  private static final int JITED = 24;
  private static final int TRANSLATED = 32;
  private static final int ADDRESS_COUNT = 104;
  private static final int LENGTH_COUNT = 108;
  private static final int ADDRESSES = 112;
  private static final int LENGTHS = 120;
  private static final int FUNCTION_SIZE = 132;
  private static final int FUNCTIONS = 136;
  private static final int FUNCTION_COUNT = 144;
  private static final int LINE_COUNT = 148;
  private static final int LINES = 152;
  private static final int JITED_LINES = 160;
  private static final int JITED_LINE_COUNT = 168;
  private static final int LINE_SIZE = 172;
  private static final int JITED_LINE_SIZE = 176;

  /// Asks for all of a program.
  public static ProgramDump of(int fd) {
    try (var arena = Arena.ofConfined()) {
      var sizes = new Attr(arena, SIZE);
      var errno = Bpf.info(arena, fd, sizes);
      if (errno != 0) {
        return failed(errno);
      }
      var info = new Attr(arena, SIZE);
      var jited = part(arena, sizes, info, JITED_LENGTH, 1, JITED);
      var translated = part(arena, sizes, info, TRANSLATED_LENGTH, 1, TRANSLATED);
      var addresses = part(arena, sizes, info, ADDRESS_COUNT, 8, ADDRESSES);
      var lengths = part(arena, sizes, info, LENGTH_COUNT, 4, LENGTHS);
      var functions = part(arena, sizes, info, FUNCTION_COUNT, 8, FUNCTIONS);
      var lines = part(arena, sizes, info, LINE_COUNT, 16, LINES);
      var jitedLines = part(arena, sizes, info, JITED_LINE_COUNT, 8, JITED_LINES);
      info.u32(FUNCTION_SIZE, 8).u32(LINE_SIZE, 16).u32(JITED_LINE_SIZE, 8);
      errno = Bpf.info(arena, fd, info);
      if (errno != 0) {
        return failed(errno);
      }
      return new ProgramDump(
          0,
          bytes(info, translated, TRANSLATED),
          bytes(info, jited, JITED),
          given(info, ADDRESSES, addresses).toArray(ValueLayout.JAVA_LONG),
          given(info, LENGTHS, lengths).toArray(ValueLayout.JAVA_INT),
          given(info, FUNCTIONS, functions).toArray(ValueLayout.JAVA_INT),
          given(info, LINES, lines).toArray(ValueLayout.JAVA_INT),
          given(info, JITED_LINES, jitedLines).toArray(ValueLayout.JAVA_LONG));
    }
  }

  private static ProgramDump failed(int errno) {
    return new ProgramDump(
        errno,
        new byte[0],
        new byte[0],
        new long[0],
        new int[0],
        new int[0],
        new int[0],
        new long[0]);
  }

  /// Room for one of the lists, as long as the kernel says it is.
  private static MemorySegment part(
      Arena arena, Attr sizes, Attr info, int count, int size, int pointer) {
    var entries = sizes.u32(count);
    if (entries == 0) {
      return MemorySegment.NULL;
    }
    var memory = arena.allocate((long) entries * size, 8);
    info.u32(count, entries).pointer(pointer, memory);
    return memory;
  }

  /// The kernel sets the address of what it does not give to 0.
  private static MemorySegment given(Attr info, int pointer, MemorySegment memory) {
    return info.u64(pointer) == 0 ? MemorySegment.NULL : memory;
  }

  private static byte @Nullable [] bytes(Attr info, MemorySegment memory, int pointer) {
    if (memory.byteSize() == 0) {
      return new byte[0];
    }
    return info.u64(pointer) == 0 ? null : memory.toArray(ValueLayout.JAVA_BYTE);
  }
}
