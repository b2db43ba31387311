package org.ebpf4j.cli.run;

import java.time.Duration;
import org.ebpf4j.TraceStream;
import org.ebpf4j.cli.process.Ending;
import org.jspecify.annotations.Nullable;

/// What comes from programs while they run, printed as it comes: events, and lines of the trace
/// pipe. However much comes, the end is looked for all the time.
final class Stream {
  /// How long a wait may be before other things are looked after.
  private static final Duration TURN = Duration.ofMillis(200);

  /// How much is printed before it is sent on, where lines come without a pause.
  private static final int LINES = 64;

  private final @Nullable TraceStream trace;
  private final TraceText text;
  private final Events events;
  private final Ending ending;

  Stream(@Nullable TraceStream trace, TraceText text, Events events, Ending ending) {
    this.trace = trace;
    this.text = text;
    this.events = events;
    this.ending = ending;
  }

  /// What was printed before belongs to others, but the kernel would hand it to the next reader.
  void skipOldLines() {
    if (trace == null) {
      return;
    }
    var enough = System.nanoTime() + 1_000_000_000L;
    var more = true;
    while (more) {
      more =
          trace.poll(Duration.ZERO).isPresent()
              && System.nanoTime() < enough
              && !ending.getAsBoolean();
    }
  }

  /// Prints what comes for a turn: `until` the next thing that the caller has to do, but never for
  /// long.
  void turn(Duration until) {
    var turn = ending.left(until.compareTo(TURN) < 0 ? until : TURN);
    if (events.isEmpty()) {
      if (trace == null) {
        ending.await(turn);
      } else {
        lines(trace, turn);
      }
      return;
    }
    // Where there are both, lines are looked for between events.
    events.poll(trace == null ? turn : turn.dividedBy(4));
    if (trace != null) {
      lines(trace, Duration.ZERO);
    }
  }

  /// Prints all lines that there are: for a kernel in which nothing happens any more.
  void finish() {
    if (trace != null) {
      while (lines(trace, Duration.ZERO)) {
        // The next few.
      }
    }
  }

  /// Prints a bounded number of lines, waiting for the first.
  ///
  /// @return whether there may be more
  private boolean lines(TraceStream pipe, Duration wait) {
    var line = pipe.poll(wait);
    for (int i = 0; line.isPresent(); i++) {
      text.print(line.get());
      if (i == LINES || ending.getAsBoolean()) {
        break;
      }
      line = pipe.poll(Duration.ZERO);
    }
    text.flush();
    return line.isPresent();
  }
}
