package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ebpf4j.ring.UserRingBuffer;

/// Work in a thread of its own which is expected to wait for the kernel, and can be seen to.
public final class Waiting<T> {
  /// How often it is looked whether it sleeps, a millisecond apart at least.
  private static final int LOOKS = 30_000;

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

  /// Starts work in a thread.
  public static <T> Waiting<T> start(Thread.Builder builder, Supplier<T> work) {
    return new Waiting<>(builder, work);
  }

  /// Starts work in a thread.
  public static <T> Waiting<T> start(Supplier<T> work) {
    return start(Thread.ofPlatform().daemon(), work);
  }

  /// Returns once it sleeps, or is about to, having found nothing to do.
  public Waiting<T> asleep() {
    for (int i = 0; i < LOOKS && !sleeps() && !result.isDone(); i++) {
      pause();
    }
    assertThat(sleeps()).as("it waits").isTrue();
    assertThat(result).isNotDone();
    return this;
  }

  /// Of several who wait for room, one waits for the kernel, and the others for their turn to.
  private boolean sleeps() {
    return Stream.of(thread.getStackTrace())
        .filter(frame -> frame.getMethodName().equals("await"))
        .map(StackTraceElement::getClassName)
        .anyMatch(name ->
            name.startsWith("org.ebpf4j.linux.")
                || name.startsWith("org.ebpf4j.vm.")
                || name.equals(UserRingBuffer.class.getName()));
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Whether it has ended.
  public boolean isDone() {
    return result.isDone();
  }

  /// Interrupts the thread.
  public void interrupt() {
    thread.interrupt();
  }

  /// What it came to.
  public T get() throws InterruptedException, ExecutionException, TimeoutException {
    return result.get(60, TimeUnit.SECONDS);
  }
}
