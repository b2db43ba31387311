package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.util.Optional;
import org.ebpf4j.TraceLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;

/// The lines of a trace pipe as they are printed: one line for each, whatever names and texts hold.
final class TraceText {
  /// How wide the kernel writes the name of a task (`kernel/trace/trace_output.c`).
  private static final int TASK_WIDTH = 16;

  private static final int TIME_WIDTH = 14;
  private static final int PID_WIDTH = 7;
  private static final int CPU_WIDTH = 3;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean raw;
  private final @Nullable JsonList json;

  /// What may be the begin of a task's name that has a line break.
  private Optional<TraceLine.Other> begun = Optional.empty();

  /// @param json what lines are printed to as JSON; null where they are text
  TraceText(PrintWriter out, PrintWriter err, boolean raw, @Nullable JsonList json) {
    this.out = out;
    this.err = err;
    this.raw = raw;
    this.json = json;
  }

  /// Prints one, or keeps it until it is clear what it is.
  void print(TraceLine line) {
    var before = begun;
    begun = Optional.empty();
    if (before.isPresent()
        && line instanceof TraceLine.Event event
        && before.get().raw().length() + 1 + dash(event) == TASK_WIDTH) {
      show(joined(before.get(), event));
      return;
    }
    before.ifPresent(this::show);
    if (line instanceof TraceLine.Other other && other.raw().length() < TASK_WIDTH) {
      begun = Optional.of(other);
    } else {
      show(line);
    }
  }

  /// Prints what was kept, and has all of it reach the reader.
  void flush() {
    begun.ifPresent(this::show);
    begun = Optional.empty();
    out.flush();
  }

  /// How far the name of the task goes on its line.
  private static int dash(TraceLine.Event event) {
    return event.raw().indexOf(event.task() + "-" + event.pid()) + event.task().length();
  }

  private static TraceLine.Event joined(TraceLine.Other begin, TraceLine.Event e) {
    return new TraceLine.Event(
        begin.raw() + "\n" + e.raw(),
        begin.raw().stripLeading() + "\n" + e.task(),
        e.pid(),
        e.cpu(),
        e.flags(),
        e.seconds(),
        e.event(),
        e.text());
  }

  private void show(TraceLine line) {
    if (json != null) {
      json.add(fields -> {
        if (raw) {
          fields.put("trace", line.raw());
        } else {
          fields(fields, line);
        }
      });
    } else if (raw) {
      out.print(SafeText.line(line.raw()) + '\n');
    } else {
      text(line);
    }
  }

  private void text(TraceLine line) {
    switch (line) {
      case TraceLine.Event e -> out.print(columns(e));
      case TraceLine.Lost l -> {
        out.flush();
        err.println(
            "the kernel dropped "
                + (l.count() < 0 ? "some" : l.count())
                + " lines of CPU "
                + l.cpu());
      }
      // The columns of an event stay empty, so that it is not taken for one.
      case TraceLine.Other o -> out.print(" ".repeat(50) + SafeText.line(o.raw()) + '\n');
    }
  }

  /// Put together by hand: the JVM's formatter takes 10 ms of the time to the first line.
  private static String columns(TraceLine.Event e) {
    var micros = Math.round(e.seconds() * 1e6);
    var fraction = Long.toString(1_000_000 + micros % 1_000_000).substring(1);
    var line = new StringBuilder();
    right(line, micros / 1_000_000 + "." + fraction, TIME_WIDTH).append("  ");
    left(line, SafeText.line(e.task()), TASK_WIDTH).append(' ');
    right(line, Integer.toString(e.pid()), PID_WIDTH).append("  cpu ");
    left(line, Integer.toString(e.cpu()), CPU_WIDTH).append(' ');
    if (!e.event().equals("bpf_trace_printk")) {
      line.append(SafeText.line(e.event())).append(": ");
    }
    return line.append(SafeText.line(e.text())).append('\n').toString();
  }

  private static StringBuilder right(StringBuilder line, String text, int width) {
    return line.repeat(' ', Math.max(0, width - text.length())).append(text);
  }

  private static StringBuilder left(StringBuilder line, String text, int width) {
    return line.append(text).repeat(' ', Math.max(0, width - text.length()));
  }

  private static void fields(Json.Fields json, TraceLine line) {
    switch (line) {
      case TraceLine.Event e ->
          json.put("trace", e.text())
              .put("event", e.event())
              .put("task", e.task())
              .put("pid", e.pid())
              .put("cpu", e.cpu())
              .putSeconds("seconds", e.seconds());
      case TraceLine.Lost l -> json.putKnown("trace_lost", l.count()).put("cpu", l.cpu());
      case TraceLine.Other o -> json.put("trace", o.raw());
    }
  }
}
