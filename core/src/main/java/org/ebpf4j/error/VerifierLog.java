package org.ebpf4j.error;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The log of the kernel's verifier, read for what matters: which line tells the fault, at which
/// instruction, and what to try.
///
/// The log is a walk over instructions and states that ends with the fault. From kernel 7.3 on a
/// report may follow it: a headline, then sections `Reason:`, `At:`, `Causal path:` and
/// `Suggestion:`.
///
/// @param text the log, all of it
public record VerifierLog(String text) {
  /// `12: (85) call bpf_map_lookup_elem#1`, with or without a state behind it.
  private static final Pattern INSTRUCTION = Pattern.compile("^(\\d{1,9}): (\\([0-9a-f]{2}\\) .*)");

  /// What may follow an instruction on its line: ` ; R0=…`, ` ; C text`, or, behind a branch that
  /// is taken, ` 11: R0=…`.
  private static final Pattern BEHIND =
      Pattern.compile("\\s*(;( .*)?| \\d+: (frame\\d+: )?R\\d.*)$");

  /// States and lines of C, not faults: `12: R0=inv1 R10=fp0`, `from 4 to 6: …`, `cur state: …`.
  private static final Pattern STATE =
      Pattern.compile(
          "^(\\d+: )?(R\\d+(_[a-zA-Z]+)?=|fp-\\d+(_[a-zA-Z]+)?=|frame\\d+:|caller:|callee:|returning from callee:"
              + "|to caller at \\d+:|from \\d+ to \\d+|(cur|old) state:|safe$|;( |$)).*");

  /// What the verifier tells of its own work.
  private static final Pattern STATISTICS =
      Pattern.compile(
          "^(processed \\d+ insns|verification time|stack depth|insns? total|peak_states|max_states|mark_precise|"
              + "parent |regs=|last_idx|func#\\d+|Validating |Func#\\d+|[Ll]ive regs|\\d+: [.0-9]+ \\(|"
              + "topo_order|subprog#?\\d|subprog \\d+ \\(|stack use/def ).*");

  private static final String HEADLINE = "Verification failed: ";

  /// `unreachable insn 2`, `jump out of range from insn 1 to 12`.
  private static final Pattern NAMED = Pattern.compile("\\binsn (\\d{1,9})\\b");

  /// `>>> 6 | (61) r0 = *(u32 *)(r0 +0)`, in a report. Lines of C are pointed at in the same way,
  /// but have no operation code.
  private static final Pattern POINTED =
      Pattern.compile("^>>> +(\\d{1,9}) \\| (\\([0-9a-f]{2}\\) .*)");

  private record Numbered(int number, String text) {}

  /// The line that tells the fault; empty for a log without one. Where several lines in a row do
  /// so, it is the first: those that follow explain it.
  public Optional<String> tellingLine() {
    var walk = walk();
    for (int i = walk.size() - 1; i >= 0; i--) {
      if (isTelling(walk.get(i))) {
        while (i > 0 && isTelling(walk.get(i - 1))) {
          i--;
        }
        return Optional.of(walk.get(i));
      }
    }
    return report().stream().findFirst().map(line -> line.substring(HEADLINE.length()));
  }

  private static boolean isTelling(String line) {
    return !INSTRUCTION.matcher(line).matches()
        && !STATE.matcher(line).matches()
        && !STATISTICS.matcher(line).matches()
        && !line.startsWith("--");
  }

  /// The instruction at fault, in 8-byte slots: the one that the report or the telling line names,
  /// else the one that the verifier looked at last.
  public OptionalInt instruction() {
    return fault().stream().mapToInt(Numbered::number).findFirst();
  }

  /// That instruction's text, such as `(61) r0 = *(u32 *)(r0 +0)`, where the log has it.
  public Optional<String> instructionText() {
    return fault().map(Numbered::text).filter(t -> !t.isEmpty());
  }

  private Optional<Numbered> fault() {
    for (var line : section("At:")) {
      var pointed = POINTED.matcher(line);
      if (pointed.matches()) {
        return Optional.of(new Numbered(Integer.parseInt(pointed.group(1)), pointed.group(2)));
      }
    }
    var instructions = instructions();
    var named = NAMED.matcher(tellingLine().orElse(""));
    if (named.find()) {
      var number = Integer.parseInt(named.group(1));
      var shown = instructions.reversed().stream().filter(i -> i.number() == number).findFirst();
      return Optional.of(shown.orElse(new Numbered(number, "")));
    }
    return instructions.isEmpty() ? Optional.empty() : Optional.of(instructions.getLast());
  }

  /// What to try, where the fault is a common one or the kernel suggests something.
  public Optional<String> advice() {
    var suggestion = String.join(" ", section("Suggestion:"));
    return VerifierAdvice.on(tellingLine().orElse(""))
        .or(() -> Optional.of(suggestion).filter(s -> !s.isEmpty()));
  }

  private List<Numbered> instructions() {
    var instructions = new ArrayList<Numbered>();
    for (var line : walk()) {
      var match = INSTRUCTION.matcher(line);
      if (match.matches()) {
        var operation = BEHIND.matcher(match.group(2)).replaceFirst("");
        instructions.add(new Numbered(Integer.parseInt(match.group(1)), operation.strip()));
      }
    }
    return instructions;
  }

  private List<String> lines() {
    return text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  /// The lines before the report.
  private List<String> walk() {
    var lines = lines();
    return lines.subList(0, lines.size() - report().size());
  }

  /// The lines from the last headline on; none from an older kernel.
  private List<String> report() {
    var lines = lines();
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).startsWith(HEADLINE)) {
        return lines.subList(i, lines.size());
      }
    }
    return List.of();
  }

  /// A section of the report: the indented lines under its title.
  private List<String> section(String title) {
    var headline = text.lastIndexOf(HEADLINE);
    if (headline < 0) {
      return List.of();
    }
    return text.substring(headline)
        .lines()
        .dropWhile(l -> !l.equals(title))
        .skip(1)
        .takeWhile(l -> l.isBlank() || l.startsWith(" "))
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .toList();
  }
}
