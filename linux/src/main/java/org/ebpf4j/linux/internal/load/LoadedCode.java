package org.ebpf4j.linux.internal.load;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.verifierlog.ProgramCode;
import org.ebpf4j.verifierlog.SourceLine;

/// The instructions of a program as the kernel was given them, and the lines of C they came from.
record LoadedCode(ProgramSpec program, Instructions instructions) implements ProgramCode {
  @Override
  public Optional<SourceLine> line(int slot) {
    return program.line(slot).map(LoadedCode::source);
  }

  @Override
  public Optional<String> instruction(int slot) {
    return slot >= 0 && slot < instructions.size()
        ? Optional.of(Disassembler.text(instructions.at(slot)))
        : Optional.empty();
  }

  @Override
  public List<SourceLine> lines() {
    var lines =
        program.lines().stream()
            .map(LoadedCode::source)
            .collect(
                Collectors.toMap(
                    line -> line.file() + ':' + line.line(), line -> line, (first, _) -> first));
    return lines.values().stream()
        .sorted(Comparator.comparing(SourceLine::file).thenComparingInt(SourceLine::line))
        .toList();
  }

  private static SourceLine source(LineInfo info) {
    var file = info.file();
    return new SourceLine(
        file.substring(file.lastIndexOf('/') + 1), info.line(), info.column(), info.text());
  }
}
