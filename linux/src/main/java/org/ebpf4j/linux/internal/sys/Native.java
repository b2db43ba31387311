package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Stream;
import org.ebpf4j.error.UnsupportedFeatureException;

/// The one native function that this library calls: `syscall(2)` of the C library. One handle for
/// nearly everything keeps start-up short.
final class Native {
  private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = link();

  /// The bytes that noting an error number takes; aligned to 4.
  static final long CAPTURE_SIZE = CAPTURE.byteSize();

  private Native() {}

  private static MethodHandle link() {
    var l = ValueLayout.JAVA_LONG;
    return link(FunctionDescriptor.of(l, l, l, l, l, l, l, l));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(FunctionDescriptor function, Linker.Option... more) {
    var linker = Linker.nativeLinker();
    var symbol =
        linker
            .defaultLookup()
            .find("syscall")
            .orElseThrow(() ->
                new UnsupportedFeatureException(
                    "syscall(2)",
                    null,
                    "the C library of this machine has no function syscall; is it Linux?"));
    return linker.downcallHandle(
        symbol,
        function,
        Stream.concat(
                Stream.of(
                    Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno")),
                Stream.of(more))
            .toArray(Linker.Option[]::new));
  }

  /// For system calls that are over before it would pay to tell the JVM of them, which waits for
  /// their end where it wants all threads to stop. Linked by the first that makes one.
  private static final class Prompt {
    private static final MethodHandle SYSCALL = link();

    private static MethodHandle link() {
      var l = ValueLayout.JAVA_LONG;
      return Native.link(FunctionDescriptor.of(l, l, l, l, l), Linker.Option.critical(false));
    }
  }

  /// `bpf(2)`, where it never sleeps and ends within a few hundred nanoseconds.
  static long promptBpf(MemorySegment capture, int command, long attributes, long size) {
    var number = (long) number(SystemCall.BPF);
    try {
      var result =
          (long) Prompt.SYSCALL.invokeExact(capture, number, (long) command, attributes, size);
      return result == -1 ? -(long) capture.get(ValueLayout.JAVA_INT, ERRNO_OFFSET) : result;
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
      var result = (long) SYSCALL.invokeExact(capture, number, a, b, c, d, e, f);
      return result == -1 ? -(long) capture.get(ValueLayout.JAVA_INT, ERRNO_OFFSET) : result;
    } catch (RuntimeException | Error unexpected) {
      throw unexpected;
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  static long call(SystemCall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  /// Links it, in a thread of its own, so that the first call need not wait as long.
  static void linkMeanwhile() {
    Thread.ofPlatform()
        .daemon()
        .name("ebpf4j-link")
        .start(() -> {
          try (var arena = Arena.ofConfined()) {
            // Makes what calls go through, too. Of a file that is none, for no error is of
            // interest.
            call(arena.allocate(CAPTURE), SystemCall.CLOSE, -1, 0, 0);
          }
        });
  }
}
