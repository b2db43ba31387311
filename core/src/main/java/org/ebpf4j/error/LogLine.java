package org.ebpf4j.error;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The kinds of lines in a verifier's log.
final class LogLine {
  /// `12: (85) call bpf_map_lookup_elem#1`, with or without a state behind it.
  static final Pattern INSTRUCTION = Pattern.compile("^(\\d{1,9}): (\\([0-9a-f]{2}\\) .*)");

  /// What may follow an instruction on its line: ` ; R0=…`, ` ; C text`, or, behind a branch that
  /// is taken, ` 11: R0=…`.
  static final Pattern BEHIND = Pattern.compile("\\s*(;( .*)?| \\d+: (frame\\d+: )?R\\d.*)$");

  /// States and lines of C, not faults: `12: R0=inv1 R10=fp0`, `from 4 to 6: …`, `cur state: …`.
  private static final Pattern STATE =
      Pattern.compile(
          "^(\\d+:"
              + " )?(R\\d+(_[a-zA-Z]+)?=|fp-\\d+(_[a-zA-Z]+)?=|frame\\d+:|caller:|callee:|returning"
              + " from callee:|to caller at \\d+:|from \\d+ to \\d+|(cur|old) state:|safe$|;("
              + " |$)).*");

  /// What the verifier tells of its own work.
  private static final Pattern STATISTICS =
      Pattern.compile(
          "^(processed \\d+ insns|verification time|stack depth|insns?"
              + " total|peak_states|max_states|mark_precise|parent"
              + " |regs=|last_idx|func#\\d+|Validating |Func#\\d+|[Ll]ive regs|\\d+: [.0-9]+"
              + " \\(|topo_order|subprog#?\\d|subprog \\d+ \\(|stack use/def ).*");

  /// A branch, with the line that follows it on the same one, as the kernel forgets a line feed:
  /// `4: (55) if r1 != 0x11 goto pc-3 infinite loop detected at insn 2`. A state is none.
  private static final Pattern AFTER_BRANCH =
      Pattern.compile(
          "^(\\d{1,9}: \\([0-9a-f]{2}\\) .*\\bgotol? pc[+-]\\d+) (?!\\s|;|\\d+:"
              + " |R\\d|fp-|frame\\d)(.+)$");

  /// A message with the statistics behind it, without a line feed between them.
  private static final Pattern BEFORE_STATISTICS =
      Pattern.compile("^(.*[^ ]) ?(verification time \\d+ usec|processed \\d+ insns \\(limit.*)$");

  private LogLine() {}

  /// Gives a line of the log, as two where the kernel put two messages onto one.
  static void separate(String line, Consumer<String> lines) {
    for (var glued : List.of(AFTER_BRANCH, BEFORE_STATISTICS)) {
      var match = glued.matcher(line);
      if (match.matches()) {
        lines.accept(match.group(1));
        lines.accept(match.group(2));
        return;
      }
    }
    lines.accept(line);
  }

  /// Whether a line may tell the fault: it is no instruction, state or statistics.
  static boolean isTelling(String line) {
    return !INSTRUCTION.matcher(line).matches()
        && !STATE.matcher(line).matches()
        && !STATISTICS.matcher(line).matches()
        && !line.startsWith("--");
  }
}
