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
      case TraceLine.Event e ->
          out.printf(
              "%14.6f  %-16s %7d  cpu %-3d %s%s\n",
              e.seconds(),
              SafeText.line(e.task()),
              e.pid(),
              e.cpu(),
              e.event().equals("bpf_trace_printk") ? "" : SafeText.line(e.event()) + ": ",
              SafeText.line(e.text()));
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
