package org.ebpf4j.cli.run;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.Kernel;
import org.ebpf4j.TraceStream;
import org.jspecify.annotations.Nullable;

/// The opening of the pipe of what programs print. In a thread of its own it goes on while an
/// object is loaded: the kernel takes 15 ms to make a buffer. A pipe that nobody took is closed in
/// the end.
final class TraceOpening implements AutoCloseable {
  /// More than the kernel takes, also on a busy machine; the process is to end all the same.
  private static final long PATIENCE_SECONDS = 5;

  private final Kernel kernel;
  private final @Nullable FutureTask<TraceStream> begun;
  private final AtomicBoolean taken = new AtomicBoolean();

  /// @param meanwhile whether it begins at once, in a thread of its own, and not when it is taken
  TraceOpening(Kernel kernel, boolean meanwhile) {
    this.kernel = kernel;
    this.begun = meanwhile ? new FutureTask<>(kernel::tracePipe) : null;
    if (begun != null) {
      Thread.ofPlatform().daemon().name("ebpf4j-trace").start(begun);
    }
  }

  /// The pipe, to be closed by the caller. What keeps it from being opened is thrown here.
  TraceStream take() {
    if (begun == null) {
      return kernel.tracePipe();
    }
    try {
      var pipe = begun.get();
      taken.set(true);
      return pipe;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the trace pipe was opened", e);
    }
  }

  /// Closes the pipe where nobody took it. May be called from any thread.
  @Override
  public void close() {
    if (begun == null || !taken.compareAndSet(false, true)) {
      return;
    }
    try {
      begun.get(PATIENCE_SECONDS, TimeUnit.SECONDS).close();
    } catch (ExecutionException | TimeoutException _) {
      // There is none. One that takes so long is removed by the next that makes one.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
