package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.RingPoller;

/// The events of all ring and perf buffers of an object, given to sinks as they come.
final class Events implements AutoCloseable {
  private static final long LAST_NANOS = 500_000_000;

  private final ObjectSpec spec;
  private final BpfObject object;
  private final List<EventSink> sinks;
  private final RingPoller poller;
  private final List<AutoCloseable> readers = new ArrayList<>();
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final Map<String, Long> losses = new LinkedHashMap<>();
  private BooleanSupplier over;
  private boolean leftSome;

  private Events(
      Kernel kernel,
      ObjectSpec spec,
      BpfObject object,
      List<EventSink> sinks,
      BooleanSupplier over) {
    this.over = over;
    this.spec = spec;
    this.object = object;
    this.sinks = sinks;
    this.poller = kernel.ringPoller();
  }

  /// Starts to read the maps of events.
  ///
  /// @param types what the events of each are
  /// @param over whether reading is to end, however many events there are
  static Events open(
      Kernel kernel,
      ObjectSpec spec,
      BpfObject object,
      Map<String, Optional<EventType>> types,
      List<EventSink> sinks,
      BooleanSupplier over) {
    var events = new Events(kernel, spec, object, sinks, over);
    try {
      for (var map : EventMaps.of(spec)) {
        events.read(map, types.getOrDefault(map.name(), Optional.empty()));
      }
    } catch (RuntimeException | Error e) {
      events.close();
      throw e;
    }
    return events;
  }

  private void read(MapSpec map, Optional<EventType> type) {
    counts.put(map.name(), 0L);
    if (EventMaps.isRing(map)) {
      var ring = object.ringBuffer(map.name());
      readers.add(ring);
      poller.add(ring, record -> give(map.name(), type, record.toArray(ValueLayout.JAVA_BYTE)));
      return;
    }
    var perf = object.perfBuffer(map.name());
    readers.add(perf);
    perf.onLost((_, count) -> lose(map.name(), count));
    poller.add(
        perf.source((_, record) -> give(map.name(), type, record.toArray(ValueLayout.JAVA_BYTE))));
  }

  private void give(String map, Optional<EventType> type, byte[] bytes) {
    counts.merge(map, 1L, Long::sum);
    sinks.forEach(sink -> sink.event(map, type, bytes));
    if (over.getAsBoolean()) {
      throw Enough.NOW;
    }
  }

  private void lose(String map, long count) {
    losses.merge(map, count, Long::sum);
    sinks.forEach(sink -> sink.lost(map, count));
  }

  /// Whether there is nothing to read events from.
  boolean isEmpty() {
    return readers.isEmpty();
  }

  /// Gives what is there to the sinks, waiting for the first, until that is enough.
  void poll(Duration timeout) {
    try {
      if (poller.poll(timeout) > 0) {
        sinks.forEach(EventSink::flush);
      }
    } catch (Enough _) {
      sinks.forEach(EventSink::flush);
    }
  }

  /// Gives what is there to the sinks, without waiting, for half a second at most: where printing
  /// is slower than what came, rings may hold more than anybody would wait for.
  void drain() {
    var end = System.nanoTime() + LAST_NANOS;
    over = () -> System.nanoTime() - end >= 0;
    try {
      poller.consumeAll();
    } catch (Enough _) {
      leftSome = true;
    }
    sinks.forEach(EventSink::flush);
  }

  /// Ends a reading of rings from within; what was given so far counts as read.
  @SuppressWarnings("StaticAssignmentOfThrowable") // without a trace, so there is nothing to keep
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final Enough NOW = new Enough();

    private Enough() {
      super("enough", null, false, false);
    }
  }

  /// Says how many events there were, and how many were lost: of perf buffers the kernel counts
  /// them, of ring buffers only the programs know, and those that count have a variable for it.
  void summary(PrintWriter err) {
    counts.forEach((map, count) -> {
      var lost = losses.getOrDefault(map, 0L);
      err.println(map + ": " + count + " events" + (lost == 0 ? "" : ", " + lost + " lost"));
    });
    if (leftSome) {
      err.println("at the end there were more events than could be printed in time");
    }
    Predicate<String> tells =
        name -> {
          var lower = name.toLowerCase(Locale.ROOT);
          return lower.contains("lost") || lower.contains("drop");
        };
    for (var variable : spec.variables()) {
      if (tells.test(variable.name()) && !variable.constant() && isNumber(variable.size())) {
        var value = object.variable(variable.name()).get();
        if (value != 0) {
          err.println(variable.name() + " = " + value);
        }
      }
    }
  }

  private static boolean isNumber(int size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
  }

  @Override
  public void close() {
    poller.close();
    for (var reader : readers) {
      try {
        reader.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError("readers close without checked exceptions", e);
      }
    }
    sinks.forEach(EventSink::close);
  }
}
