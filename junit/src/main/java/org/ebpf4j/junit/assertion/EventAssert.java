package org.ebpf4j.junit.assertion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/// Assertions about the events of a ring or perf buffer. Those that are looked at are read, and
/// waited for up to 5 seconds in all. For the thread of the test.
///
/// @param <T> what an event is in Java
public final class EventAssert<T> {
  private static final int SHOWN = 20;

  private final String name;
  private final Function<Duration, Optional<T>> next;
  private final Duration bound;

  EventAssert(String name, Function<Duration, Optional<T>> next) {
    this(name, next, TraceAssert.LONG);
  }

  private EventAssert(String name, Function<Duration, Optional<T>> next, Duration bound) {
    this.name = name;
    this.next = next;
    this.bound = bound;
  }

  /// The same with another time to wait for all events of an assertion.
  public EventAssert<T> within(Duration time) {
    return new EventAssert<>(name, next, time);
  }

  /// The next events are these, in this order. More may follow.
  @SafeVarargs
  @SuppressWarnings("varargs") // Only read.
  public final EventAssert<T> receives(T... expected) {
    var found = take(expected.length);
    for (int i = 0; i < expected.length; i++) {
      if (i >= found.size() || !Values.equal(expected[i], found.get(i))) {
        throw new AssertionFailedError(
            name
                + ", event "
                + (i + 1)
                + ": expected "
                + Values.text(expected[i])
                + " but "
                + (i < found.size()
                    ? "was " + Values.text(found.get(i))
                    : "none came within " + bound.toMillis() + " ms")
                + shown(found),
            List.of(expected),
            found);
      }
    }
    return this;
  }

  /// An event comes that is as wanted; those before it are read, too.
  ///
  /// @return the event
  public T receivesMatching(Predicate<? super T> wanted) {
    var wait = new Wait(bound);
    var seen = new ArrayList<T>();
    while (true) {
      var event = next.apply(wait.left());
      if (event.isEmpty()) {
        throw new AssertionFailedError(
            name + ": no event as wanted came within " + bound.toMillis() + " ms" + shown(seen));
      }
      if (wanted.test(event.get())) {
        return event.get();
      }
      seen.add(event.get());
    }
  }

  /// An event comes.
  ///
  /// @return the event
  public T receivesOne() {
    return receivesMatching(_ -> true);
  }

  /// So many events come.
  ///
  /// @return the events, in their order
  public List<T> receivesCount(int count) {
    var found = take(count);
    if (found.size() < count) {
      throw new AssertionFailedError(
          name
              + ": expected "
              + count
              + " events, and "
              + found.size()
              + " came within "
              + bound.toMillis()
              + " ms"
              + shown(found),
          count,
          found.size());
    }
    return found;
  }

  private List<T> take(int count) {
    var wait = new Wait(bound);
    var found = new ArrayList<T>();
    while (found.size() < count) {
      var event = next.apply(wait.left());
      if (event.isEmpty()) {
        break;
      }
      found.add(event.get());
    }
    return found;
  }

  /// There is no event now.
  public EventAssert<T> isEmpty() {
    next.apply(Duration.ZERO)
        .ifPresent(event -> {
          throw new AssertionFailedError(
              name + ": no event was expected, and there is " + Values.text(event));
        });
    return this;
  }

  private static String shown(List<?> events) {
    if (events.isEmpty()) {
      return "";
    }
    var text = new StringBuilder("\nthese came:");
    events.stream().limit(SHOWN).forEach(e -> text.append("\n  ").append(Values.text(e)));
    return text.toString();
  }

  /// A time that is up at some moment.
  record Wait(long end) {
    Wait(Duration bound) {
      this(System.nanoTime() + bound.toNanos());
    }

    Duration left() {
      return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
  }
}
