package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What `PROG_TEST_RUN` is given: one run of a program, or several, on input that the caller makes.
///
/// @param data the packet, or nothing
/// @param dataOut how many bytes of the packet are wanted back
/// @param context the context, for types of programs that take one, or nothing
/// @param contextOut how many bytes of the context are wanted back
/// @param repeat how often to run; 0 is once
/// @param flags `BPF_F_TEST_*`
/// @param cpu the CPU to run on, where the flags say so
/// @param batch how many live frames at a time, where the flags say that they are live; 0 is the
///   kernel's choice
@SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
public record ProgramRun(
    byte[] data,
    int dataOut,
    byte[] context,
    int contextOut,
    int repeat,
    int flags,
    int cpu,
    int batch) {
  /// On a CPU of the caller's choice (`BPF_F_TEST_RUN_ON_CPU`).
  public static final int ON_CPU = 1;

  /// On frames that go on into the network (`BPF_F_TEST_XDP_LIVE_FRAMES`).
  public static final int LIVE_FRAMES = 1 << 1;

  /// One run without input.
  public static final ProgramRun EMPTY = ofContext(new byte[0]);

  /// One run on a packet, which is wanted back with room for `more` bytes.
  public static ProgramRun ofData(byte[] data, int more) {
    return new ProgramRun(data, data.length + more, new byte[0], 0, 0, 0, 0, 0);
  }

  /// One run on a context.
  public static ProgramRun ofContext(byte[] context) {
    return new ProgramRun(new byte[0], 0, context, 0, 0, 0, 0, 0);
  }

  /// What came of it.
  ///
  /// @param errno 0, or the error number; `ENOSPC` where the packet did not fit
  /// @param returnValue what the program returned
  /// @param nanoseconds how long one run took, on average
  /// @param dataSize how long the packet is that the program left, of which there may be less here
  /// @param data the packet as the program left it, as far as it was wanted
  /// @param context the context as the program left it, as far as it was wanted; where none was
  ///   wanted, what was given, into which programs that are system calls write
  public record Outcome(
      int errno, int returnValue, int nanoseconds, int dataSize, byte[] data, byte[] context) {}

  Outcome on(Arena arena, int program) {
    var attr =
        new Attr(arena, batch != 0 ? 76 : 72)
            .u32(0, program)
            .u32(8, data.length)
            .u32(12, dataOut)
            .u32(32, repeat)
            .u32(40, context.length)
            .u32(44, contextOut)
            .u32(64, flags)
            .u32(68, cpu);
    if (batch != 0) {
      attr.u32(72, batch);
    }
    if (data.length > 0) {
      attr.bytes(16, data);
    }
    var contextGiven = room(arena, context.length);
    MemorySegment.copy(context, 0, contextGiven, ValueLayout.JAVA_BYTE, 0, context.length);
    var dataBack = room(arena, dataOut);
    var contextBack = room(arena, contextOut);
    attr.pointer(24, dataBack).pointer(48, contextGiven).pointer(56, contextBack);
    // Only between two of several runs does the kernel look for a signal, and then it gives up.
    var result =
        repeat > 1
            ? Signals.masked(() -> attr.bpfAnywhere(Bpf.PROG_TEST_RUN))
            : attr.bpf(Bpf.PROG_TEST_RUN);
    return new Outcome(
        (int) -result,
        attr.u32(4),
        attr.u32(36),
        attr.u32(12),
        filled(dataBack, attr.u32(12)),
        contextOut > 0
            ? filled(contextBack, attr.u32(44))
            : contextGiven.toArray(ValueLayout.JAVA_BYTE));
  }

  private static MemorySegment room(Arena arena, int size) {
    return size == 0 ? MemorySegment.NULL : arena.allocate(size, 8);
  }

  /// The kernel says how much there is, which may be more than there was room for.
  private static byte[] filled(MemorySegment room, int size) {
    var length = Math.min(room.byteSize(), Integer.toUnsignedLong(size));
    return room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
