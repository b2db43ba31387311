package org.ebpf4j.linux.attach;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Threads without some capabilities: these belong to the thread, not to the process.
final class Capabilities {
  /// Capabilities by their bits (`include/uapi/linux/capability.h`).
  enum Capability {
    CAP_NET_ADMIN(12),
    CAP_SYS_ADMIN(21),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private final int bit;

    Capability(int bit) {
      this.bit = bit;
    }
  }

  // include/uapi/linux/capability.h
  private static final int VERSION_3 = 0x20080522;

  private Capabilities() {}

  /// Does something in a thread of its own, which has all capabilities of this one but some. It is
  /// in the network namespace of this one, too.
  static <T> T without(Set<Capability> dropped, Callable<T> action) throws Exception {
    var result = new AtomicReference<@Nullable T>();
    var failure = new AtomicReference<@Nullable Throwable>();
    var thread =
        Thread.ofPlatform()
            .name("ebpf4j-without")
            .start(() -> {
              try {
                drop(dropped);
                result.set(action.call());
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    thread.join();
    if (failure.get() instanceof Exception e) {
      throw e;
    }
    if (failure.get() instanceof Error e) {
      throw e;
    }
    return Objects.requireNonNull(result.get());
  }

  /// Takes effective capabilities from the calling thread.
  @SuppressWarnings("restricted")
  private static void drop(Set<Capability> dropped) throws Throwable {
    var linker = Linker.nativeLinker();
    var function =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    var get = linker.downcallHandle(linker.defaultLookup().findOrThrow("capget"), function);
    var set = linker.downcallHandle(linker.defaultLookup().findOrThrow("capset"), function);
    try (var arena = Arena.ofConfined()) {
      var header = arena.allocateFrom(ValueLayout.JAVA_INT, VERSION_3, 0);
      // Twice the effective, permitted and inheritable capabilities, 32 of each.
      var sets = arena.allocate(ValueLayout.JAVA_INT, 6);
      if ((int) get.invokeExact(header, sets) != 0) {
        throw new AssertionError("capget");
      }
      for (var capability : dropped) {
        var index = 3L * (capability.bit / Integer.SIZE);
        var word = sets.getAtIndex(ValueLayout.JAVA_INT, index);
        sets.setAtIndex(ValueLayout.JAVA_INT, index, word & ~(1 << capability.bit % Integer.SIZE));
      }
      if ((int) set.invokeExact(header, sets) != 0) {
        throw new AssertionError("capset");
      }
    }
  }
}
