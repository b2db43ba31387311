package org.ebpf4j.cli.export;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Readings of what is served, each in a thread of its own. One that does not end in time is
/// interrupted and no longer waited for, and takes none of the others with it.
final class Scrapes implements AutoCloseable {
  private static final long MAX_END_MILLIS = 500;

  private final Callable<String> reading;
  private final ServerLimits limits;
  private final Semaphore free;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  Scrapes(Callable<String> reading, ServerLimits limits) {
    this.reading = reading;
    this.limits = limits;
    this.free = new Semaphore(limits.scrapes());
  }

  /// Reads once. Any thread, any number at a time.
  ///
  /// @throws TimeoutException where it does not end in time, or too many have not ended
  /// @throws ExecutionException where the reading fails, with what it threw as the cause
  String read() throws TimeoutException, ExecutionException, InterruptedException {
    if (!free.tryAcquire()) {
      throw new TimeoutException(limits.scrapes() + " scrapes have not ended; no more are begun");
    }
    var task = new FutureTask<>(reading);
    var thread = new Thread(() -> run(task), "ebpf4j-scrape");
    thread.setDaemon(true);
    running.add(thread);
    try {
      thread.start();
    } catch (Error e) {
      end(thread);
      throw e;
    }
    try {
      return task.get(limits.scrape().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      var late = new TimeoutException("the maps could not be read within " + text(limits.scrape()));
      late.initCause(e);
      throw late;
    } finally {
      // One that has ended is not touched by it.
      thread.interrupt();
    }
  }

  private void run(FutureTask<String> task) {
    try {
      task.run();
    } finally {
      end(Thread.currentThread());
    }
  }

  private void end(Thread thread) {
    running.remove(thread);
    free.release();
  }

  private static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /// Interrupts all that run, and waits for their ends, but not for long. Threads that are stuck
  /// are daemons, and hold up no end.
  @Override
  public void close() {
    running.forEach(Thread::interrupt);
    try {
      if (!free.tryAcquire(limits.scrapes(), MAX_END_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
      free.release(limits.scrapes());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
