package org.ebpf4j.cli.object;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ebpf4j.cli.input.ProgramFile;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `ebpf4j disasm`: prints the instructions of each program, in the notation of the kernel's
/// verifier.
@Command(
    name = "disasm",
    mixinStandardHelpOptions = true,
    header = "Print the instructions of programs.",
    description = {
      "Prints the instructions of each program of a file, as the kernel's verifier writes them: the"
          + " number of the",
      "instruction, its offset in bytes, its opcode and what it does; with the lines of C that it"
          + " came from, if the file",
      "has them. Needs no kernel and no privileges."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j disasm examples/hello/hello.bpf.o",
      "  ebpf4j disasm examples/socket/get.text --type socket_filter"
    })
public final class DisasmCommand implements Callable<Integer> {
  @Mixin private final ProgramFile file = new ProgramFile();

  @Option(names = "--program", paramLabel = "NAME", description = "Only this program.")
  private @Nullable String only;

  @Option(names = "--no-source", description = "Leave out the lines of C.")
  private boolean noSource;

  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(command).commandLine().getOut();
    var spec = file.read();
    var programs = only == null ? spec.programs() : java.util.List.of(spec.program(only));
    var first = true;
    for (var program : programs) {
      if (!first) {
        out.println();
      }
      first = false;
      print(out, spec, program);
    }
    return 0;
  }

  private void print(PrintWriter out, ObjectSpec spec, ProgramSpec program) {
    out.println(
        program.name()
            + (program.section().isEmpty() ? "" : " in section " + program.section())
            + program.type().map(t -> ", " + t.label()).orElse(", of unknown type")
            + (spec.license().isEmpty() ? ", no license" : ", license " + spec.license())
            + ", "
            + program.instructions().size()
            + " instructions");
    var starts = new HashMap<Integer, String>();
    for (Subprogram subprogram : program.subprograms()) {
      starts.put(subprogram.slot(), subprogram.name());
    }
    var source = "";
    for (var line :
        Disassembler.lines(program.instructions(), slot -> name(program, starts, slot))) {
      var start = starts.get(line.slot());
      if (start != null) {
        out.println(start + ":");
      }
      var text = program.line(line.slot()).map(l -> l.describe()).orElse("");
      if (!noSource && !text.isEmpty() && !text.equals(source)) {
        out.println("  ; " + text);
      }
      source = text;
      out.printf("%5d  0x%04x  %s%n", line.slot(), line.byteOffset(), line.text());
    }
    out.flush();
  }

  /// What an instruction refers to: a map or variable, or a function of the program.
  private static Optional<String> name(ProgramSpec program, Map<Integer, String> starts, int slot) {
    for (var reference : program.mapReferences()) {
      if (reference.slot() == slot) {
        return Optional.of(reference.describe());
      }
    }
    var raw = program.instructions().slot(slot);
    var isCall = Slot.opcode(raw) == Opcode.CALL && Slot.src(raw) == Opcode.PSEUDO_CALL;
    var isAddress = Slot.isWide(raw) && Slot.src(raw) == Opcode.PSEUDO_FUNC;
    if (!isCall && !isAddress) {
      return Optional.empty();
    }
    var target = Optional.ofNullable(starts.get(slot + Slot.imm(raw) + 1));
    return target.map(function ->
        (isCall ? "pc%+d#".formatted(Slot.imm(raw)) : "subprog[") + function + (isCall ? "" : "]"));
  }
}
