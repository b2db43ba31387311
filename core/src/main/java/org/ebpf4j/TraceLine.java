package org.ebpf4j;

import java.util.regex.Pattern;

/// One line of the kernel's trace pipe. It never changes, and any thread may use it.
public sealed interface TraceLine {
  /// The line as the kernel wrote it.
  String raw();

  /// Something that was traced.
  ///
  /// @param raw the line as the kernel wrote it
  /// @param task the name of the thread it happened in; `<...>` where the kernel has forgotten it
  /// @param pid the id of that thread
  /// @param cpu the CPU
  /// @param flags the state of interrupts and preemption, such as `d..21`; empty where the kernel
  ///   leaves it out
  /// @param seconds the time since the machine was started
  /// @param event what kind of event, such as `bpf_trace_printk`
  /// @param text what it says
  record Event(
      String raw,
      String task,
      int pid,
      int cpu,
      String flags,
      double seconds,
      String event,
      String text)
      implements TraceLine {}

  /// The kernel dropped events, as nobody read them in time.
  ///
  /// @param raw the line as the kernel wrote it
  /// @param cpu the CPU
  /// @param count how many, or -1 where the kernel does not know
  record Lost(String raw, int cpu, long count) implements TraceLine {}

  /// Anything else: the second and further lines of a text with line breaks.
  record Other(String raw) implements TraceLine {}

  /// Reads one line. Every text is a line of some kind.
  static TraceLine parse(String raw) {
    return Formats.parse(raw);
  }

  /// How the kernel writes lines (`kernel/trace/trace_output.c`).
  final class Formats {
    private static final Pattern EVENT =
        Pattern.compile(
            "^\\s*(?<task>.{1,16}?)-(?<pid>\\d+)\\s+(?:\\([-\\s\\d]+\\)\\s+)?\\[(?<cpu>\\d+)\\]\\s+(?:(?<flags>\\S{3,8})\\s+)?(?<time>\\d+\\.\\d+):"
                + " (?<event>[\\w.<>]+): ?(?<text>.*)$",
            Pattern.DOTALL);
    private static final Pattern LOST =
        Pattern.compile("^CPU:(\\d+) \\[LOST (?:(\\d+) )?EVENTS\\]$");

    private Formats() {}

    private static TraceLine parse(String raw) {
      var event = EVENT.matcher(raw);
      try {
        if (event.matches()) {
          var flags = event.group("flags");
          return new Event(
              raw,
              event.group("task").stripLeading(),
              Integer.parseInt(event.group("pid")),
              Integer.parseInt(event.group("cpu")),
              flags == null ? "" : flags,
              Double.parseDouble(event.group("time")),
              event.group("event"),
              event.group("text"));
        }
        var lost = LOST.matcher(raw.strip());
        if (lost.matches()) {
          var count = lost.group(2);
          return new Lost(
              raw, Integer.parseInt(lost.group(1)), count == null ? -1 : Long.parseLong(count));
        }
      } catch (NumberFormatException _) {
        // A number too large to be one of the kernel's: a text that only looks like an event.
        return new Other(raw);
      }
      return new Other(raw);
    }
  }
}
