package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.UnsupportedFeatureException;

/// The one native function that this library calls: `syscall(2)` of the C library. One handle for
/// nearly everything keeps start-up short.
///
/// What of the linker is used is chosen for the time it takes, as the JVM keeps nothing of it from
/// one process to the next (JDK 25, interpreted: 27 ms before, 16 ms now): the handle takes the
/// address of the function as an argument, as one that is bound to it takes another three classes
/// made at run time, and the function is not declared variadic, which takes four more. Integers are
/// passed alike in both ways on all architectures of [SystemCall].
final class Native {
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final int ERRNO_OFFSET = errnoOffset();
  private static final MemorySegment FUNCTION = function();
  private static final MethodHandle SYSCALL = link();

  /// The bytes that noting an error number takes; aligned to 4.
  static final long CAPTURE_SIZE = CAPTURE.byteSize();

  private Native() {}

  /// Added up, as a path through a layout initializes more classes than the whole link.
  private static int errnoOffset() {
    var offset = 0L;
    for (var member : CAPTURE.memberLayouts()) {
      if (member.name().orElse("").equals("errno")) {
        return Math.toIntExact(offset);
      }
      offset += member.byteSize();
    }
    throw new IllegalStateException("the JVM notes no errno: " + CAPTURE);
  }

  /// Memory as numbers in the byte order of the machine. The first access by a layout makes ten
  /// classes at run time, and an access through a buffer none.
  static ByteBuffer numbers(MemorySegment memory) {
    return memory.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /// A text with a zero behind it.
  static MemorySegment text(Arena arena, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var memory = arena.allocate(bytes.length + 1);
    memory.asByteBuffer().put(bytes);
    return memory;
  }

  private static MemorySegment function() {
    return Linker.nativeLinker()
        .defaultLookup()
        .find("syscall")
        .orElseThrow(() ->
            new UnsupportedFeatureException(
                "syscall(2)",
                null,
                "the C library of this machine has no function syscall; is it Linux?"));
  }

  private static MethodHandle link() {
    var l = ValueLayout.JAVA_LONG;
    return link(
        FunctionDescriptor.of(l, l, l, l, l, l, l, l), Linker.Option.captureCallState("errno"));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(FunctionDescriptor function, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(function, options);
  }

  /// For system calls that are over before it would pay to tell the JVM of them, which waits for
  /// their end where it wants all threads to stop. Linked by the first that makes one.
  private static final class Prompt {
    private static final MethodHandle SYSCALL = link();

    private static MethodHandle link() {
      var l = ValueLayout.JAVA_LONG;
      return Native.link(
          FunctionDescriptor.of(l, l, l, l, l),
          Linker.Option.captureCallState("errno"),
          Linker.Option.critical(false));
    }
  }

  /// `bpf(2)`, where it never sleeps and ends within a few hundred nanoseconds.
  static long promptBpf(MemorySegment capture, int command, long attributes, long size) {
    var number = (long) number(SystemCall.BPF);
    try {
      var result =
          (long)
              Prompt.SYSCALL.invokeExact(
                  FUNCTION, capture, number, (long) command, attributes, size);
      return result == -1 ? -(long) numbers(capture).getInt(ERRNO_OFFSET) : result;
    } catch (RuntimeException | Error unexpected) {
      throw unexpected;
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private static int number(SystemCall call) {
    var number = call.number();
    if (number < 0) {
      throw new UnsupportedFeatureException(
          "architecture",
          null,
          "system call numbers of "
              + System.getProperty("os.arch")
              + " are not known to this library");
    }
    return number;
  }

  /// Makes a system call. Returns its result, or the error number negated.
  static long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
    try (var arena = Arena.ofConfined()) {
      return call(arena.allocate(CAPTURE), call, a, b, c, d, e, f);
    }
  }

  /// Makes a system call with memory of the caller's to note the error number in, of
  /// [#CAPTURE_SIZE] bytes.
  static long call(MemorySegment capture, SystemCall call, long a, long b, long c) {
    return call(capture, call, a, b, c, 0, 0, 0);
  }

  private static long call(
      MemorySegment capture, SystemCall call, long a, long b, long c, long d, long e, long f) {
    var number = (long) number(call);
    try {
      var result = (long) SYSCALL.invokeExact(FUNCTION, capture, number, a, b, c, d, e, f);
      return result == -1 ? -(long) numbers(capture).getInt(ERRNO_OFFSET) : result;
    } catch (RuntimeException | Error unexpected) {
      throw unexpected;
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  static long call(SystemCall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  /// Makes a first call, which makes what calls go through. Of a file that is none, for no error is
  /// of interest.
  static void callOnce() {
    call(SystemCall.CLOSE, -1, 0, 0);
  }
}
