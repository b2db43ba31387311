package org.ebpf4j.linux.trace;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.ebpf4j.TraceLine;
import org.ebpf4j.TraceStream;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.host.TraceInstance;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.spi.Closing;
import org.jspecify.annotations.Nullable;

/// The lines that programs print with `bpf_trace_printk`: those of a buffer of our own, which takes
/// them from nobody, or those of the machine's pipe, with whatever else is traced there. One thread
/// reads at a time; closing from another ends its wait.
public final class TracePipe implements TraceStream {
  private static final int BUFFER = 64 * 1024;

  /// A longer wait is one without an end.
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final Path path;
  private final Fd pipe;
  private final Fd bell;
  private final @Nullable TraceInstance instance;
  private final String problem;
  private final ReentrantLock reading = new ReentrantLock();
  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[BUFFER];
  private final AtomicBoolean closed = new AtomicBoolean();

  private TracePipe(Path path, Fd pipe, Fd bell, @Nullable TraceInstance instance, String problem) {
    this.path = path;
    this.pipe = pipe;
    this.bell = bell;
    this.instance = instance;
    this.problem = problem;
  }

  /// A pipe of our own, or, where the kernel gives none, the machine's.
  ///
  /// @throws org.ebpf4j.error.NotMountedException where tracefs is not mounted
  /// @throws org.ebpf4j.error.PermissionException where it may not be read
  public static TracePipe openOwn() {
    var tracefs = Tracefs.find("the trace pipe");
    try {
      var outcome = TraceInstance.create(tracefs);
      var instance = outcome.instance();
      if (instance == null) {
        return openMachines(tracefs, outcome.problem());
      }
      try {
        return open(tracefs, instance.tracePipe(), instance, "");
      } catch (RuntimeException | Error e) {
        Closing.after(e, List.of(instance));
        throw e;
      }
    } catch (RuntimeException | Error e) {
      tracefs.close();
      throw e;
    }
  }

  /// The machine's pipe.
  ///
  /// @throws org.ebpf4j.error.NotMountedException where tracefs is not mounted
  /// @throws org.ebpf4j.error.PermissionException where it may not be read
  /// @throws KernelException where somebody else reads it (`EBUSY`)
  public static TracePipe openShared() {
    return openMachines(Tracefs.find("the trace pipe"), "the machine's pipe was asked for");
  }

  /// The file that is opened keeps a mount of our own alive.
  private static TracePipe openMachines(Tracefs tracefs, String problem) {
    try (tracefs) {
      return open(tracefs, tracefs.tracePipe(), null, problem);
    }
  }

  private static TracePipe open(
      Tracefs tracefs, Path path, @Nullable TraceInstance instance, String problem) {
    var opened = FileIo.openNonBlocking(path.toString());
    var shown = tracefs.shown(path);
    if (opened.errno() == Errno.EBUSY) {
      throw new KernelException(
          "open",
          Errno.EBUSY,
          shown
              + " is being read by somebody else, and the kernel allows one reader"
              + (problem.isEmpty() ? "" : " (" + problem + ")"));
    }
    if (!opened.ok()) {
      throw Refusal.ofFile("the trace pipe " + shown, path, opened.errno(), false);
    }
    try {
      return new TracePipe(shown, opened.fd(), FileIo.bell(), instance, problem);
    } catch (RuntimeException e) {
      opened.fd().close();
      throw e;
    }
  }

  /// Where it is in tracefs; where that is not mounted, the place it has once it is.
  public Path path() {
    return path;
  }

  /// Why this is the machine's pipe, of which reading takes lines away from other readers, and they
  /// from this one; empty for one of our own.
  public Optional<String> sharedBecause() {
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  @Override
  public Optional<TraceLine> poll(Duration timeout) {
    var millis =
        timeout.isNegative() ? 0 : timeout.compareTo(FOR_EVER) > 0 ? -1 : timeout.toMillis();
    return Optional.ofNullable(next(millis)).map(TraceLine::parse);
  }

  @Override
  public Stream<TraceLine> lines() {
    return Stream.generate(() -> Optional.ofNullable(next(-1)))
        .takeWhile(Optional::isPresent)
        .map(line -> TraceLine.parse(line.orElseThrow()));
  }

  private @Nullable String next(long millis) {
    reading.lock();
    try {
      var deadline = System.nanoTime() + millis * 1_000_000;
      while (lines.isEmpty() && !closed.get()) {
        var left =
            millis < 0 ? -1 : Math.max(0, (deadline - System.nanoTime() + 999_999) / 1_000_000);
        var ready = FileIo.await(pipe.number(), bell.number(), left);
        if (ready == -Errno.EINTR) {
          continue;
        }
        if (ready < 0) {
          throw KernelException.of("the trace pipe", "ppoll", -ready);
        }
        if ((ready & 2) != 0 || ready == 0) {
          return null;
        }
        read();
      }
      return closed.get() ? null : lines.poll();
    } finally {
      reading.unlock();
    }
  }

  private void read() {
    var count = FileIo.read(pipe.number(), buffer);
    if (count == -Errno.EAGAIN || count == -Errno.EINTR || count == 0) {
      return;
    }
    if (count < 0) {
      throw KernelException.of("the trace pipe", "read", -count);
    }
    var from = 0;
    for (int i = 0; i < count; i++) {
      if (buffer[i] == '\n') {
        partial.write(buffer, from, i - from);
        lines.add(partial.toString(StandardCharsets.UTF_8));
        partial.reset();
        from = i + 1;
      }
    }
    partial.write(buffer, from, count - from);
  }

  /// Ends the wait of whoever reads, and removes the buffer where it is our own.
  ///
  /// @throws org.ebpf4j.error.BpfException where another process has opened a file of that buffer;
  ///   says what is left behind
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    FileIo.ring(bell);
    // The reader has left its wait, or is about to: the descriptors must outlive it.
    reading.lock();
    try {
      pipe.close();
      bell.close();
      if (instance != null) {
        instance.close();
      }
    } finally {
      reading.unlock();
    }
  }

  @Override
  public String toString() {
    return "trace pipe " + path + (closed.get() ? " (closed)" : "");
  }
}
