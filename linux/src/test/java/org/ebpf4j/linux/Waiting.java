package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ebpf4j.ring.UserRingBuffer;

/// Work in a thread of its own which is expected to wait for the kernel, and can be seen to.
final class Waiting<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  private Waiting(Thread.Builder builder, Supplier<T> work) {
    this.thread =
        builder.start(() -> {
          try {
            result.complete(work.get());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
  }

  static <T> Waiting<T> start(Thread.Builder builder, Supplier<T> work) {
    return new Waiting<>(builder, work);
  }

  static <T> Waiting<T> start(Supplier<T> work) {
    return start(Thread.ofPlatform().daemon(), work);
  }

  /// Returns once it sleeps, or is about to, having found nothing to do.
  Waiting<T> asleep() {
    Alive.eventually("it waits, or has ended", () -> sleeps() || result.isDone());
    assertThat(result).isNotDone();
    return this;
  }

  /// Of several who wait for room, one waits for the kernel, and the others for their turn to.
  private boolean sleeps() {
    return Stream.of(thread.getStackTrace())
        .filter(frame -> frame.getMethodName().equals("await"))
        .map(StackTraceElement::getClassName)
        .anyMatch(name ->
            name.startsWith("org.ebpf4j.linux.") || name.equals(UserRingBuffer.class.getName()));
  }

  boolean isDone() {
    return result.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  T get() throws InterruptedException, ExecutionException, TimeoutException {
    return result.get(60, TimeUnit.SECONDS);
  }
}
