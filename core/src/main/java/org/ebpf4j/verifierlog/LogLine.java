package org.ebpf4j.verifierlog;

import java.util.regex.Pattern;

/// A line of a log, by what it is.
sealed interface LogLine {
  /// `12: (85) call bpf_map_lookup_elem#1 ; R0=…`.
  ///
  /// @param slot the instruction
  /// @param text it as text, such as `(85) call bpf_map_lookup_elem#1`
  /// @param state the registers behind it that it changed, where they are on its line
  /// @param resumed whether it is a branch that was kept, and the walk goes on with it here
  record Instruction(int slot, String text, String state, boolean resumed) implements LogLine {}

  /// `from 8 to 11: R0=…`: the walk goes on with a branch that was left for later.
  record Resumed(int from, int to, String state) implements LogLine {}

  /// `; C text @ file.bpf.c:12`.
  record Source(SourceLine line) implements LogLine {}

  /// `callee:`, after which instructions are those of a function, or `returning from callee:`.
  record Frame(boolean entered) implements LogLine {}

  /// Registers.
  record State(String text) implements LogLine {}

  /// What the verifier tells of its own work.
  ///
  /// @param begins whether the walk over another function begins behind it
  record Work(boolean begins) implements LogLine {}

  /// Anything else, of which the last tells the fault.
  record Telling(String text) implements LogLine {}

  Pattern INSTRUCTION = Pattern.compile("^(\\d{1,9}): (\\([0-9a-f]{2}\\) .*)");

  /// What may follow an instruction on its line: ` ; R0=…`, ` ; C text`, or, behind a branch that
  /// is taken, ` 11: R0=…`.
  Pattern BEHIND = Pattern.compile("(?<!\\s)\\s*(?:;(.*)|\\s\\d+: ((?:frame\\d+: )?R\\d.*))$");

  Pattern RESUMED = Pattern.compile("^from (\\d{1,9}) to (\\d{1,9})(?: [^:]*)?:(.*)");

  Pattern STATE =
      Pattern.compile(
          "^(\\d+: )?(R\\d+(_[a-zA-Z]+)?=|fp-\\d+(_[a-zA-Z]+)?=|frame\\d+:|caller:|to caller at"
              + " \\d+:|(cur|old) state:|safe$|;$).*");

  Pattern SOURCE = Pattern.compile("^(?:\\d+: )?; (.*?)(?: @ ([^@:]*):(\\d{1,9}))?$");

  Pattern WORK =
      Pattern.compile(
          "^(processed \\d+ insns|verification time|stack depth|insns?"
              + " total|peak_states|max_states|mark_precise|parent"
              + " |regs=|last_idx|func#\\d+|Validating |Func#\\d+|[Ll]ive regs|\\d+: [.0-9]+"
              + " \\(|topo_order|subprog#?\\d|subprog \\d+ \\(|stack use/def |--).*");

  /// What a line is.
  ///
  /// @param line stripped, and not empty
  static LogLine of(String line) {
    var instruction = INSTRUCTION.matcher(line);
    if (instruction.matches()) {
      return instruction(Integer.parseInt(instruction.group(1)), instruction.group(2));
    }
    if (line.startsWith("callee:") || line.startsWith("returning from callee:")) {
      return new Frame(line.startsWith("callee:"));
    }
    var resumed = RESUMED.matcher(line);
    if (resumed.matches()) {
      return new Resumed(
          Integer.parseInt(resumed.group(1)),
          Integer.parseInt(resumed.group(2)),
          resumed.group(3).strip());
    }
    if (STATE.matcher(line).matches()) {
      return new State(line);
    }
    var source = SOURCE.matcher(line);
    if (source.matches()) {
      return new Source(
          source.group(2) == null
              ? new SourceLine("", 0, 0, source.group(1))
              : new SourceLine(
                  source.group(2), Integer.parseInt(source.group(3)), 0, source.group(1)));
    }
    return WORK.matcher(line).matches()
        ? new Work(line.startsWith("Validating ") || line.startsWith("Func#"))
        : new Telling(line);
  }

  private static Instruction instruction(int slot, String rest) {
    var behind = BEHIND.matcher(rest);
    if (!behind.find()) {
      return new Instruction(slot, rest.strip(), "", false);
    }
    var state = behind.group(1) == null ? behind.group(2) : behind.group(1).strip();
    return new Instruction(
        slot,
        rest.substring(0, behind.start()).strip(),
        STATE.matcher(state).matches() ? state : "",
        behind.group(1) == null);
  }
}
