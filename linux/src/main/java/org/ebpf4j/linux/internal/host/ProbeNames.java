package org.ebpf4j.linux.internal.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /// Lines are such as `p:ebpf4j/NAME do_exit+0`, or `r16:…`; a name is `p`, the word of its owner,
  /// a number and a label.
  private static final Pattern LINE =
      Pattern.compile(
          "[pr]\\d*:" + GROUP + "/(p([0-9a-z]+_[0-9a-z]+_[0-9a-z]+_[0-9a-z]+)_\\w+)(?: .*)?");

  private static final int NAME = 1;
  private static final int OWNER = 2;

  private static final AtomicLong COUNT = new AtomicLong();

  /// Events of this process that could not be taken away.
  private static final Set<String> LEFT = ConcurrentHashMap.newKeySet();

  private ProbeNames() {}

  /// A name for another event of this process.
  ///
  /// @param label what may help people to know it again
  public static String next(String label) {
    var name =
        "p"
            + OwnerNote.own().word()
            + "_"
            + Long.toString(COUNT.incrementAndGet(), Character.MAX_RADIX)
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
      if (LEFT.contains(match.group(NAME)) || isDead(match.group(OWNER))) {
        names.add(match.group(NAME));
      }
    }
    return names;
  }

  private static boolean isDead(String owner) {
    return OwnerNote.ofWord(owner).filter(OwnerNote::isGone).isPresent();
  }

  /// A line as it is written.
  public static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.ISO_8859_1);
  }
}
