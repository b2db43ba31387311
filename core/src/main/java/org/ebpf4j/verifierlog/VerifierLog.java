package org.ebpf4j.verifierlog;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.ebpf4j.verifierlog.LogLine.Instruction;
import org.jspecify.annotations.Nullable;

/// The log of the kernel's verifier, read for what matters: which line tells the fault, at which
/// instruction, what led there, and what to try.
///
/// The log is a walk over instructions and states that ends with the fault. From kernel 7.3 on a
/// report may follow it: a headline, then sections `Reason:`, `At:`, `Causal path:` and
/// `Suggestion:`. The log is read from its end, a line at a time, and as far back as is needed: one
/// of hundreds of MB takes no memory besides its own. It never changes, and any thread may use it.
public final class VerifierLog {
  /// `unreachable insn 2`, `jump out of range from insn 1 to 12`.
  private static final Pattern NAMED = Pattern.compile("\\binsn (\\d{1,9})\\b");

  /// The register that a load or store goes through: `*(u32 *)(r0 +4)`.
  private static final Pattern THROUGH = Pattern.compile("\\(r(\\d{1,2}) ([+-]\\d{1,9})\\)");

  private static final Pattern REGISTER = Pattern.compile("\\bR(\\d{1,2})\\b");

  /// How far back from its end a log is searched for an instruction, once the fault is told.
  private static final int MOST_BEHIND = 1 << 24;

  /// An access to the value of a map.
  ///
  /// @param map the kernel's name of the map; empty where the kernel, before 6.8, does not say
  /// @param valueSize the bytes in a value
  /// @param offset where in the value the access begins, as far as that is constant
  public record MapAccess(String map, int valueSize, long offset) {}

  private final String text;
  private final KernelReport report;
  private @Nullable String telling;
  private @Nullable Instruction last;

  /// Reads a log.
  ///
  /// @param text the log, or as much as there is of it
  public VerifierLog(String text) {
    this.text = text;
    this.report = KernelReport.of(text);
    readEnd();
  }

  /// Finds the line that tells the fault, and the last instruction.
  private void readEnd() {
    var lines = walk();
    var told = false;
    for (var line = lines.previous(); line != null; line = lines.previous()) {
      var each = LogLine.of(line);
      if (each instanceof LogLine.Telling fault) {
        telling = told ? telling : fault.text();
      } else {
        told = telling != null;
      }
      if (each instanceof Instruction instruction && last == null) {
        last = instruction;
      }
      if (told && (last != null || lines.position() < report.begin() - MOST_BEHIND)) {
        return;
      }
    }
  }

  /// The log as it was given.
  public String text() {
    return text;
  }

  /// The line that tells the fault; empty for a log without one. Where several lines in a row do
  /// so, it is the first: those that follow explain it.
  public Optional<String> tellingLine() {
    return Optional.ofNullable(telling).or(report::headline);
  }

  /// The instruction at fault, in 8-byte slots: the one that the report or the telling line names,
  /// else the one that the verifier looked at last.
  public OptionalInt instruction() {
    return fault().stream().mapToInt(Instruction::slot).findFirst();
  }

  /// That instruction's text, such as `(61) r0 = *(u32 *)(r0 +0)`, where the log has it.
  public Optional<String> instructionText() {
    return fault().map(Instruction::text).filter(t -> !t.isEmpty());
  }

  private Optional<Instruction> fault() {
    var reported = report.at();
    if (reported.isPresent()) {
      return Optional.of(
          new Instruction(reported.getAsInt(), report.atText().orElse(""), "", false));
    }
    var named = NAMED.matcher(tellingLine().orElse(""));
    return named.find()
        ? Optional.of(shown(Integer.parseInt(named.group(1))))
        : Optional.ofNullable(last);
  }

  /// An instruction by its number, with its text where the log has it.
  private Instruction shown(int slot) {
    var lines = walk();
    for (var line = lines.previous(); line != null; line = lines.previous()) {
      if (LogLine.of(line) instanceof Instruction instruction && instruction.slot() == slot) {
        return instruction;
      }
    }
    return new Instruction(slot, "", "", false);
  }

  /// The function that is called at the fault, a helper or one of the kernel.
  public Optional<String> called() {
    return instructionText().flatMap(PathStep::callee);
  }

  /// The value of a map that the access at fault goes to, where it is one.
  public Optional<MapAccess> mapAccess() {
    var through = THROUGH.matcher(instructionText().orElse(""));
    var named = REGISTER.matcher(tellingLine().orElse(""));
    if (through.find()) {
      return access(Integer.parseInt(through.group(1)), Long.parseLong(through.group(2)));
    }
    return named.find() ? access(Integer.parseInt(named.group(1)), 0) : Optional.empty();
  }

  private Optional<MapAccess> access(int register, long offset) {
    var path = new FailingPath(walk());
    for (var step = path.previous(); step != null; step = path.previous()) {
      var state = RegisterState.find(step.state(), register);
      if (state != null) {
        return state.kind().equals("map_value") ? access(state, offset) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<MapAccess> access(RegisterState state, long offset) {
    return state
        .number("vs")
        .filter(size -> size >= 0 && size <= Integer.MAX_VALUE)
        .map(size ->
            new MapAccess(
                state.properties().getOrDefault("map", ""),
                size.intValue(),
                offset + state.number("off").or(() -> state.number("imm")).orElse(0L)));
  }

  /// What to try, where the fault is a common one or the kernel suggests something.
  public Optional<String> advice() {
    return explain(ProgramCode.UNKNOWN).mend();
  }

  /// The fault, and what led to it.
  ///
  /// @param code what is known of the program besides
  public Explanation explain(ProgramCode code) {
    return explain(
        code,
        mapAccess()
            .filter(a -> !a.map().isEmpty())
            .map(a -> "map '" + a.map() + "' has values of " + a.valueSize() + " bytes"));
  }

  /// The same, where the caller knows more of what is accessed.
  ///
  /// @param object what the access at fault goes to, such as `map 'counts' has values of 8 bytes`
  public Explanation explain(ProgramCode code, Optional<String> object) {
    return new Explainer(this, report, code).explain(object);
  }

  /// The lines before the report.
  LogLines walk() {
    return new LogLines(text, 0, report.begin());
  }
}
