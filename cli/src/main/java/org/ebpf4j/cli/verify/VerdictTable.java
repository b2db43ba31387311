package org.ebpf4j.cli.verify;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.SafeText;

/// Verdicts as people read them: a row for each program, and below it why it does not load.
///
/// Rows are printed as they come. Columns are as wide as what came before and the names of the
/// files want them; a longer name moves its own row only.
final class VerdictTable {
  private static final int MAX_FILE = 80;
  private static final int MAX_PROGRAM = 48;
  private static final int MAX_REASON = 300;

  private static final int MAX_ADVICE = 400;

  /// How the line of a message begins that says the program again.
  private static final String PROGRAM = "in program '";

  /// How the line begins that says what to do.
  private static final String ADVICE = "try: ";

  private final PrintWriter out;
  private final int fileWidth;
  private int programWidth = "PROGRAM".length();
  private boolean begun;

  /// A table for programs of these files.
  VerdictTable(PrintWriter out, List<String> files) {
    this.out = out;
    this.fileWidth =
        Math.max(
            "FILE".length(),
            files.stream().mapToInt(String::length).filter(n -> n <= MAX_FILE).max().orElse(0));
  }

  /// Prints the rows of one file.
  void print(List<FileVerdict> verdicts) {
    if (verdicts.isEmpty()) {
      return;
    }
    for (var each : verdicts) {
      programWidth =
          Math.max(programWidth, Math.min(MAX_PROGRAM, each.verdict().program().length()));
    }
    if (!begun) {
      row("FILE", "PROGRAM", "VERDICT", "INSNS", "STATES", "TIME");
      begun = true;
    }
    for (var each : verdicts) {
      var verdict = each.verdict();
      row(
          SafeText.line(each.file()),
          SafeText.line(verdict.program().isEmpty() ? "-" : verdict.program()),
          each.outcome(),
          number(verdict.processed()),
          number(verdict.states()),
          time(verdict.time()));
      if (!each.ok()) {
        reason(each).forEach(line -> out.println("    " + line));
      }
    }
  }

  private void row(
      String file, String program, String verdict, String insns, String states, String time) {
    out.println(
        "%s  %s  %-8s  %8s  %7s  %9s"
            .formatted(
                pad(file, fileWidth), pad(program, programWidth), verdict, insns, states, time));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String number(long value) {
    return value < 0 ? "-" : Long.toString(value);
  }

  private static String time(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  /// What the message says and the row does not: the telling line, what to do, where, and what led
  /// there.
  static List<String> reason(FileVerdict each) {
    var message = each.verdict().message();
    var aboutFile =
        message.startsWith(each.file() + ": ") || message.startsWith(each.file() + ", ");
    var lines =
        (aboutFile ? message.substring(each.file().length() + 2) : message)
            .lines()
            .map(line -> SafeText.line(line.startsWith("  ") ? line.substring(2) : line.strip()))
            .filter(line -> !line.isBlank() && !line.startsWith(PROGRAM))
            .toList();
    var name = each.errnoName();
    var lead =
        each.verdict().outcome() == Verdict.Outcome.ERROR
            ? each.stage() + ": "
            : name == null || lines.stream().anyMatch(line -> line.contains(name))
                ? ""
                : name + ": ";
    var reason = new ArrayList<String>();
    reason.add(cut(lead + (lines.isEmpty() ? "no message" : lines.getFirst()), MAX_REASON));
    lines.stream()
        .skip(1)
        .forEach(line -> reason.add(cut(line, line.startsWith(ADVICE) ? MAX_ADVICE : MAX_REASON)));
    return reason;
  }

  private static String cut(String line, int most) {
    return line.length() <= most ? line : line.substring(0, most - 1) + "…";
  }
}
