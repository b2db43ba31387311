package org.ebpf4j.cli.map;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.Progress;

/// A way through the entries of maps that may have many: says how far it is ([Progress]), and ends
/// at a signal, after the entry it is at.
final class Walk implements AutoCloseable {
  /// What is done with an entry.
  @FunctionalInterface
  interface Visitor {
    /// False to go no further.
    boolean visit(byte[] key, byte[] value) throws IOException;
  }

  /// The position is told for so many entries at once.
  private static final int OFTEN = 256;

  /// How long a read may last once a signal came.
  private static final Duration READING = Duration.ofSeconds(1);

  private final AtomicBoolean over = new AtomicBoolean();
  private final Progress progress;
  private long done;

  private Walk(Progress progress) {
    this.progress = progress;
    Interrupt.onSignal(this::end);
  }

  /// One after which results are printed.
  ///
  /// @param total how many entries there are at most
  static Walk of(long total) {
    return new Walk(Progress.of("entries", total));
  }

  /// One through a file, before anything is written. Where the file is a pipe that gives nothing, a
  /// signal ends the process as it is.
  static Walk ofFile() {
    var walk = new Walk(Progress.of("entries", 0));
    Interrupt.onSignal(walk::end, READING);
    return walk;
  }

  /// One on which results are printed.
  ///
  /// @param total how many entries there are at most
  static Walk whilePrinting(long total) {
    return new Walk(Progress.whilePrinting("entries", total));
  }

  /// Goes through a map.
  ///
  /// @return false where the map changed meanwhile, so that entries may be missing or there twice
  boolean through(Content content, Visitor visitor) throws IOException {
    try (var cursor = content.map().entries().cursor()) {
      while (!over.get() && cursor.next()) {
        step();
        if (!visitor.visit(cursor.key(), cursor.value())) {
          break;
        }
      }
      return cursor.isConsistent();
    }
  }

  /// Says that something with one more entry was done.
  void step() {
    if (++done % OFTEN == 0) {
      progress.done(done);
    }
  }

  /// Has it end after the entry it is at, as a signal does.
  void end() {
    over.set(true);
  }

  /// Whether a signal came.
  boolean isOver() {
    return over.get();
  }

  /// Takes the progress away.
  @Override
  public void close() {
    progress.close();
  }
}
