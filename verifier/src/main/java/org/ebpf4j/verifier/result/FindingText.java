package org.ebpf4j.verifier.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.SourceLine;

/// A finding for people, in the form that the log of a kernel is explained in.
///
/// @param program the program as it is in the object
/// @param instructions its instructions as they were judged
public record FindingText(ProgramSpec program, Instructions instructions) {
  /// The fault, the branches that led there, and what mends it.
  public Explanation explain(Finding finding) {
    var path =
        finding.path().stream()
            .map(branch ->
                step(
                    Explanation.Kind.CONDITION,
                    branch.instruction(),
                    branch.taken() ? "the jump is taken" : "the jump is not taken"))
            .toList();
    return new Explanation(
        finding.message(),
        finding.mend().isEmpty() ? Optional.empty() : Optional.of(finding.mend()),
        finding.missing().isEmpty()
            ? Optional.empty()
            : Optional.of("What is missing: " + finding.missing() + "."),
        finding
            .register()
            .map(r ->
                new Explanation.Register(r.name().toLowerCase(Locale.ROOT), "", finding.state())),
        Optional.of(step(Explanation.Kind.FAULT, finding.instruction(), finding.message())),
        path,
        0,
        true,
        source());
  }

  /// The message of a verdict: what is wrong, what to try, and where.
  public String message(Finding finding) {
    var lines = new ArrayList<String>();
    lines.add(finding.message());
    if (!finding.missing().isEmpty()) {
      lines.add("  missing: " + finding.missing());
    }
    if (!finding.mend().isEmpty()) {
      lines.add("  try: " + finding.mend());
    }
    var at = "  at instruction " + finding.instruction();
    lines.add(finding.line().map(line -> at + ", " + line.describe()).orElse(at));
    return String.join("\n", lines);
  }

  /// The end of a log that says the same as a kernel's: the line of C, the instruction, the fault,
  /// and the work that the check was.
  public String log(Finding finding, VerifierResult.Effort effort, int limit) {
    var lines = new ArrayList<String>();
    int slot = finding.instruction();
    finding.line().ifPresent(line -> lines.add("; " + line.text().strip()));
    if (slot >= 0 && slot < instructions.size()) {
      lines.add(slot + ": " + Disassembler.text(instructions.at(slot)));
    }
    lines.add(finding.message());
    lines.add(
        "processed %d insns (limit %d) max_states_per_insn 0 total_states %d peak_states %d mark_read 0"
            .formatted(effort.processed(), limit, effort.states(), effort.peakStates()));
    return String.join("\n", lines) + "\n";
  }

  private Explanation.Step step(Explanation.Kind kind, int slot, String note) {
    var text =
        slot >= 0 && slot < instructions.size() ? Disassembler.text(instructions.at(slot)) : "";
    return new Explanation.Step(kind, slot, text, note, program.line(slot).map(FindingText::line));
  }

  private static SourceLine line(LineInfo line) {
    var name = line.file().substring(line.file().lastIndexOf('/') + 1);
    return new SourceLine(name, line.line(), line.column(), line.text());
  }

  private List<SourceLine> source() {
    var lines = new LinkedHashMap<String, SourceLine>();
    program.lines().stream()
        .map(FindingText::line)
        .filter(line -> line.line() > 0)
        .sorted(java.util.Comparator.comparing(SourceLine::file).thenComparingInt(SourceLine::line))
        .forEach(line -> lines.putIfAbsent(line.file() + ":" + line.line(), line));
    return List.copyOf(lines.values());
  }
}
