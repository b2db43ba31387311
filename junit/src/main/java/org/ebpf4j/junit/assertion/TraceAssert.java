package org.ebpf4j.junit.assertion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ebpf4j.TraceLine;
import org.ebpf4j.TraceStream;
import org.opentest4j.AssertionFailedError;

/// Assertions about what programs print. Lines that are looked at are read, and waited for up to 5
/// seconds. On Linux others may print, too: their lines are passed over. For the thread of the
/// test.
public final class TraceAssert {
  static final Duration LONG = Duration.ofSeconds(5);

  private static final int SHOWN = 20;

  private final TraceStream trace;
  private final Duration bound;

  TraceAssert(TraceStream trace, Duration bound) {
    this.trace = trace;
    this.bound = bound;
  }

  /// The same with another time to wait.
  public TraceAssert within(Duration time) {
    return new TraceAssert(trace, time);
  }

  /// A line comes whose text is this one.
  public TraceAssert prints(String text) {
    find("a line '" + text + "'", event -> event.text().equals(text));
    return this;
  }

  /// A line comes whose text has this one in it.
  ///
  /// @return the line
  public TraceLine.Event printsContaining(String text) {
    return find("a line with '" + text + "'", event -> event.text().contains(text));
  }

  /// A line comes that is as wanted.
  ///
  /// @return the line
  public TraceLine.Event printsMatching(Predicate<? super TraceLine.Event> wanted) {
    return find("a line as wanted", wanted);
  }

  /// There is no line now.
  public TraceAssert isEmpty() {
    trace
        .poll(Duration.ZERO)
        .ifPresent(line -> {
          throw new AssertionFailedError(
              "nothing was to be printed, and there is:\n  " + line.raw());
        });
    return this;
  }

  private TraceLine.Event find(String what, Predicate<? super TraceLine.Event> wanted) {
    var wait = new EventAssert.Wait(bound);
    var seen = new ArrayList<String>();
    while (true) {
      var line = trace.poll(wait.left());
      if (line.isEmpty()) {
        throw new AssertionFailedError(
            what + " was expected, and none came within " + bound.toMillis() + " ms" + shown(seen));
      }
      if (line.get() instanceof TraceLine.Event event && wanted.test(event)) {
        return event;
      }
      seen.add(line.get().raw());
      // Who prints without end does not keep the test waiting for longer.
      if (wait.left().isZero() && !bound.isZero()) {
        throw new AssertionFailedError(
            what + " was expected within " + bound.toMillis() + " ms" + shown(seen));
      }
    }
  }

  private static String shown(List<String> lines) {
    return lines.isEmpty()
        ? "; nothing was printed"
        : "; these were printed:\n  "
            + String.join("\n  ", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()));
  }
}
