package org.ebpf4j.verifierlog;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The lines of a part of a log, from its end to its beginning. It copies one line at a time, so
/// that a log of any length takes no memory besides its own.
final class LogLines {
  /// As much of one line as is read. The longest real ones, states of eight frames, have some KB.
  static final int LONGEST = 32_768;

  private static final List<Pattern> GLUED =
      List.of(
          // A branch, with what follows it: `4: (55) if r1 != 0x11 goto pc-3 infinite loop detected
          // at insn 2`. A state is none.
          Pattern.compile(
              "^(\\d{1,9}: \\([0-9a-f]{2}\\) .*\\bgotol? pc[+-]\\d+) (?!\\s|;|\\d+:"
                  + " |R\\d|fp-|frame\\d)(.+)$"),
          // A message with the statistics behind it.
          Pattern.compile(
              "^(.*[^ ]) ?(verification time \\d+ usec|processed \\d+ insns \\(limit.*)$"));

  private final String text;
  private final int from;
  private int end;

  /// What stands before the part of a line that was given last.
  private @Nullable String left;

  /// The lines of `text` from `from` up to `end`.
  LogLines(String text, int from, int end) {
    this.text = text;
    this.from = from;
    this.end = end;
  }

  /// The line before, stripped; null at the beginning. Empty ones are left out.
  @Nullable String previous() {
    if (left != null) {
      var line = left;
      left = null;
      return line;
    }
    while (end > from) {
      var newline = text.lastIndexOf('\n', end - 1);
      var start = Math.max(from, newline + 1);
      var line = text.substring(start, Math.min(end, start + LONGEST)).strip();
      end = Math.max(from, newline);
      if (!line.isEmpty()) {
        return last(line);
      }
    }
    return null;
  }

  /// The second of two messages that the kernel put onto one line.
  private String last(String line) {
    for (var glued : GLUED) {
      var match = glued.matcher(line);
      if (match.matches()) {
        left = match.group(1);
        return match.group(2);
      }
    }
    return line;
  }

  /// Where the line that was given last begins, or the newline before it.
  int position() {
    return end;
  }
}
