package org.ebpf4j.verifierlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.ebpf4j.verifierlog.Explanation.Step;

/// The report at the end of a log, which kernels have since 7.3: a headline, then sections
/// `Reason:`, `At:`, `Causal path:` and `Suggestion:`.
///
/// @param begin where in the log it begins; where the log ends, for a log without one
/// @param lines its lines, stripped, without empty ones
record KernelReport(int begin, List<String> lines) {
  private static final String HEADLINE = "Verification failed: ";

  /// As much of the end of a log as is looked at for a report.
  private static final int LONGEST = 1 << 20;

  /// `>>> 6 | (61) r0 = *(u32 *)(r0 +0)`. Lines of C are pointed at in the same way, but have no
  /// operation code.
  private static final Pattern POINTED =
      Pattern.compile("^>>> +(\\d{1,9}) \\| (\\([0-9a-f]{2}\\) .*)");

  private static final Pattern NOTE = Pattern.compile("^\\| +\\^-- (update|branch|error): (.*)");
  private static final Pattern MORE = Pattern.compile("^\\| {2,}(\\S.*)");

  KernelReport {
    lines = List.copyOf(lines);
  }

  /// The report of a log; one without lines where it has none.
  static KernelReport of(String log) {
    var least = Math.max(0, log.length() - LONGEST);
    var at = log.lastIndexOf(HEADLINE);
    while (at > least && log.charAt(at - 1) != '\n') {
      at = log.lastIndexOf(HEADLINE, at - 1);
    }
    if (at < least) {
      return new KernelReport(log.length(), List.of());
    }
    return new KernelReport(
        at, log.substring(at).lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
  }

  /// What the fault is, such as `Memory Safety: Access outside bounds`.
  Optional<String> headline() {
    return lines.stream()
        .findFirst()
        .map(line -> line.substring(Math.min(line.length(), HEADLINE.length())).strip())
        .filter(line -> !line.isEmpty());
  }

  /// The fault in sentences.
  Optional<String> reason() {
    return text("Reason:");
  }

  /// What to try.
  Optional<String> suggestion() {
    return text("Suggestion:");
  }

  private Optional<String> text(String title) {
    return Optional.of(String.join(" ", section(title))).filter(t -> !t.isEmpty());
  }

  /// The instruction at fault.
  OptionalInt at() {
    var at = steps("At:");
    return at.isEmpty() ? OptionalInt.empty() : OptionalInt.of(at.getFirst().instruction());
  }

  /// That instruction as text.
  Optional<String> atText() {
    return steps("At:").stream().findFirst().map(Step::text);
  }

  /// What led there, the oldest first, in the kernel's words.
  List<Step> path() {
    return steps("Causal path:");
  }

  private List<Step> steps(String title) {
    var steps = new ArrayList<Step>();
    var kind = Kind.CHANGE;
    var note = new StringBuilder();
    var open = false;
    for (var line : section(title)) {
      var said = NOTE.matcher(line);
      var more = MORE.matcher(line);
      var pointed = POINTED.matcher(line);
      if (said.matches()) {
        kind = said.group(1).equals("branch") ? Kind.CONDITION : Kind.CHANGE;
        note.setLength(0);
        note.append(said.group(2));
        open = true;
      } else if (open && more.matches()) {
        note.append(' ').append(more.group(1));
      } else {
        open = false;
        if (pointed.matches()) {
          steps.add(
              new Step(
                  kind,
                  Integer.parseInt(pointed.group(1)),
                  pointed.group(2),
                  note.toString(),
                  Optional.empty()));
        }
      }
    }
    return steps;
  }

  /// The lines from the title of a section to the next.
  private List<String> section(String title) {
    var section = new ArrayList<String>();
    var inside = false;
    for (var line : lines) {
      if (isTitle(line)) {
        inside = line.equals(title);
      } else if (line.startsWith("processed ")) {
        inside = false;
      } else if (inside) {
        section.add(line);
      }
    }
    return section;
  }

  private static boolean isTitle(String line) {
    return switch (line) {
      case "Reason:", "At:", "Causal path:", "Suggestion:" -> true;
      default -> false;
    };
  }
}
