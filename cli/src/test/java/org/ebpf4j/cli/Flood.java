package org.ebpf4j.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Threads that call `getuid` and do nothing else, as long as this is open.
public final class Flood implements AutoCloseable {
  @SuppressWarnings("restricted") // Tests may make native calls.
  private static final MethodHandle GETUID =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("getuid").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.JAVA_INT));

  private volatile boolean ended;
  private final Thread thread;

  private Flood() {
    thread = Thread.ofPlatform().daemon().name("flood").start(this::call);
  }

  public static Flood start() {
    return new Flood();
  }

  private void call() {
    while (!ended) {
      once();
    }
  }

  /// Calls it once, in this thread.
  public static void once() {
    try {
      var _ = (int) GETUID.invokeExact();
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
