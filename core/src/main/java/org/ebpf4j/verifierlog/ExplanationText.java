package org.ebpf4j.verifierlog;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.verifierlog.Explanation.Step;

/// An explanation as lines of text.
///
/// ```text
/// at null.bpf.c:16  *count += 1;
///                          ^ r0 is the value of map 'counts' (8 bytes), or null
/// from null.bpf.c:15  __u64 *count = bpf_map_lookup_elem(&counts, &key);
///                                    ^ r0 is what bpf_map_lookup_elem gives: …
/// at instruction 7: (79) r1 = *(u64 *)(r0 +0)
/// ```
final class ExplanationText {
  /// How many steps of the path are shown.
  private static final int MOST_STEPS = 6;

  private static final int WIDEST = 200;

  private final List<String> lines = new ArrayList<>();

  /// The line that was said last, and how far from the left.
  private String before = "";

  private int width;

  private String markedPlace = "";
  private String markedValue = "";

  private ExplanationText() {}

  static List<String> of(Explanation explanation) {
    var text = new ExplanationText();
    explanation.at().filter(at -> at.line().isPresent()).ifPresent(at -> text.add("at ", at));
    text.path(explanation);
    explanation
        .at()
        .ifPresent(at ->
            text.lines.add(
                "at instruction "
                    + at.instruction()
                    + ": "
                    + at.text()
                    + (at.line().isPresent() || at.note().isEmpty() ? "" : "  " + at.note())));
    return List.copyOf(text.lines);
  }

  /// The steps, the newest first; of many, the newest and the oldest.
  private void path(Explanation explanation) {
    var path = explanation.path().reversed();
    var left = explanation.omitted() + Math.max(0, path.size() - MOST_STEPS);
    for (int i = 0; i < path.size(); i++) {
      var isLast = i == path.size() - 1;
      if (i < MOST_STEPS - 1 || isLast) {
        if (isLast && left > 0) {
          lines.add("… " + left + (left == 1 ? " step" : " steps") + " of the path left out");
          before = "";
        }
        add("from ", path.get(i));
      }
    }
    if (!explanation.whole() && explanation.at().isPresent()) {
      lines.add("the log does not go back to where it comes from");
    }
  }

  private void add(String word, Step step) {
    if (step.line().isEmpty()) {
      lines.add(
          word + "instruction " + step.instruction() + ": " + step.text() + "  " + step.note());
      before = "";
      return;
    }
    var line = step.line().get();
    var lead = word + line.place();
    // Several steps of one line: it is said once, and pointed into several times.
    if (!line.describe().equals(before)) {
      lines.add(lead + line.shown());
      before = line.describe();
      width = lead.length();
    }
    if (repeats(step, line)) {
      return;
    }
    if (!step.note().isEmpty()) {
      var caret = width + Math.max(0, line.caret());
      lines.add(
          line.caret() >= 0 && caret < WIDEST
              ? " ".repeat(caret) + "^ " + step.note()
              : " ".repeat(width) + step.note());
    } else if (line.caret() >= 0 && width + line.caret() < WIDEST) {
      lines.add(" ".repeat(width + line.caret()) + "^");
    }
  }

  /// Whether the mark is where the last one is, and says of the value what that does.
  private boolean repeats(Step step, SourceLine line) {
    var place = line.describe() + line.column();
    var value = value(step.note());
    var repeats = place.equals(markedPlace) && !value.isEmpty() && value.equals(markedValue);
    markedPlace = place;
    markedValue = value;
    return repeats;
  }

  /// `r0 is the number 7`, `r0 is set: the number 7`.
  private static String value(String note) {
    var set = note.indexOf(" is set: ");
    var is = note.indexOf(" is ");
    return set >= 0
        ? note.substring(set + " is set: ".length())
        : is >= 0 ? note.substring(is + " is ".length()) : "";
  }
}
