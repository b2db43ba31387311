package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Makes the classes that the JVM spins where it links the function of [Native], in another thread
/// at the same time. The JVM shares them between method handles of one shape: here they are made
/// for a method of Java whose handle is put together as the linker does it (`DowncallLinker` and
/// `SharedUtils` of JDK 25). Linking then takes 13 ms in place of 20. Where another JDK does it
/// otherwise, this is of no use, and does no harm.
final class LinkerForms {
  /// What the linker makes for a call: its methods have the types of those.
  private static final class Stub {
    private Stub() {}

    @SuppressWarnings("unused") // By their types alone.
    static long invoke(
        SegmentAllocator allocator,
        MemorySegment function,
        MemorySegment capture,
        long number,
        long a,
        long b,
        long c,
        long d,
        long e,
        long f) {
      return 0;
    }

    @SuppressWarnings("unused")
    static void checkFunction(MemorySegment function) {}

    @SuppressWarnings("unused")
    static MemorySegment checkCapture(MemorySegment capture) {
      return capture;
    }
  }

  private LinkerForms() {}

  /// Makes them.
  static void make() {
    try {
      var none = MemorySegment.NULL;
      var unused = (long) handle().invokeExact(none, none, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
      assert unused == 0;
    } catch (RuntimeException | Error unexpected) {
      throw unexpected;
    } catch (Throwable unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private static MethodHandle handle() throws ReflectiveOperationException {
    var lookup = MethodHandles.lookup();
    var memory = MemorySegment.class;
    var call =
        MethodType.genericMethodType(0)
            .changeReturnType(long.class)
            .appendParameterTypes(SegmentAllocator.class, memory, memory)
            .appendParameterTypes(
                long.class, long.class, long.class, long.class, long.class, long.class, long.class);
    var check = MethodType.methodType(void.class, memory);
    var handle =
        MethodHandles.foldArguments(
            lookup.findStatic(Stub.class, "invoke", call),
            1,
            lookup.findStatic(Stub.class, "checkFunction", check));
    var swapped =
        call.changeParameterType(0, memory).changeParameterType(1, SegmentAllocator.class);
    handle = MethodHandles.permuteArguments(handle, swapped, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9);
    handle =
        MethodHandles.filterArguments(
            handle,
            2,
            lookup.findStatic(Stub.class, "checkCapture", MethodType.methodType(memory, memory)));
    SegmentAllocator allocator = (_, _) -> MemorySegment.NULL;
    return MethodHandles.insertArguments(handle, 1, allocator);
  }
}
