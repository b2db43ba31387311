package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// The names of the events that this library makes in tracefs, which the whole machine shares. A
/// name says whose the event is: the namespace of process numbers, the process, and when it
/// started. So another process of this library can tell that its maker is dead, and only of those
/// whose maker it can see.
public final class ProbeNames {
  /// The group that all of them are in.
  public static final String GROUP = "ebpf4j";

  /// `MAX_EVENT_NAME_LEN` of `kernel/trace/trace_probe.h`, less the zero at the end.
  private static final int LONGEST = 63;

  private static final int RADIX = 36;

  /// Lines are such as `p:ebpf4j/NAME do_exit+0`, or `r16:…`.
  private static final Pattern LINE =
      Pattern.compile(
          "[pr]\\d*:"
              + GROUP
              + "/(p([0-9a-z]{1,9})_([0-9a-z]{1,9})_([0-9a-z]{1,13})_\\w+)(?: .*)?");

  private static final int NAME = 1;
  private static final int NAMESPACE = 2;
  private static final int PROCESS = 3;
  private static final int START = 4;

  private static final AtomicLong COUNT = new AtomicLong();

  /// Events of this process that could not be taken away.
  private static final Set<String> LEFT = ConcurrentHashMap.newKeySet();

  /// Who makes events.
  ///
  /// @param namespace the namespace of process numbers; 0 where it is not known
  /// @param process its number there
  /// @param start when it started, in ticks of the clock since the machine did
  private record Maker(long namespace, long process, long start) {
    private static final Maker THIS = find();

    private static Maker find() {
      var process = ProcessHandle.current().pid();
      long namespace;
      try {
        // Another namespace's /proc has other numbers.
        var own = Files.readSymbolicLink(Path.of("/proc/self")).toString();
        var text = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        namespace =
            own.equals(Long.toString(process)) ? Long.parseLong(text.replaceAll("\\D", "")) : 0;
      } catch (IOException | NumberFormatException _) {
        namespace = 0;
      }
      return new Maker(namespace, process, startOf(process).orElse(0L));
    }
  }

  private ProbeNames() {}

  /// A name for another event of this process.
  ///
  /// @param label what may help people to know it again
  public static String next(String label) {
    var maker = Maker.THIS;
    var name =
        "p"
            + Long.toString(maker.namespace, RADIX)
            + "_"
            + Long.toString(maker.process, RADIX)
            + "_"
            + Long.toString(maker.start, RADIX)
            + "_"
            + Long.toString(COUNT.incrementAndGet(), RADIX)
            + "_"
            + label.replaceAll("[^A-Za-z0-9_]", "_");
    return name.substring(0, Math.min(LONGEST, name.length()));
  }

  /// Remembers an event that could not be taken away.
  public static void left(String name) {
    LEFT.add(name);
  }

  /// Forgets an event that is taken away.
  public static void gone(String name) {
    LEFT.remove(name);
  }

  /// The events of such a file that nobody holds any more: those of dead processes, and those that
  /// this process could not take away.
  ///
  /// @param file `kprobe_events` or `uprobe_events`; none where it cannot be read
  public static List<String> stale(Path file) {
    return stale(ProcFile.lines(file.toString()));
  }

  static List<String> stale(List<String> lines) {
    var names = new ArrayList<String>();
    for (var line : lines) {
      var match = LINE.matcher(line);
      if (!match.matches()) {
        continue;
      }
      var maker =
          new Maker(
              Long.parseLong(match.group(NAMESPACE), RADIX),
              Long.parseLong(match.group(PROCESS), RADIX),
              Long.parseLong(match.group(START), RADIX));
      if (LEFT.contains(match.group(NAME)) || isDead(maker)) {
        names.add(match.group(NAME));
      }
    }
    return names;
  }

  private static boolean isDead(Maker maker) {
    return maker.namespace != 0
        && maker.namespace == Maker.THIS.namespace
        && !startOf(maker.process).equals(Optional.of(maker.start));
  }

  /// When a process started; empty where there is none.
  private static Optional<Long> startOf(long process) {
    return ProcFile.text(Path.of("/proc", Long.toString(process), "stat"))
        .map(text -> text.substring(text.lastIndexOf(')') + 1).strip().split(" "))
        // Field 22 of proc_pid_stat(5), of which the first two are before the bracket.
        .filter(fields -> fields.length > 19 && fields[19].matches("\\d{1,18}"))
        .map(fields -> Long.parseLong(fields[19]));
  }

  /// A line as it is written.
  public static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.ISO_8859_1);
  }
}
