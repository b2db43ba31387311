package org.ebpf4j.cli.object;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.input.ProgramFile;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.InstructionFields;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ebpf4j disasm`: prints the instructions of each program, in the notation of the kernel's
/// verifier.
@Command(
    name = "disasm",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Print the instructions of programs.",
    description = {
      "Prints the instructions of each program of a file, as the kernel's verifier writes them: the"
          + " number of the",
      "instruction, its offset in bytes, its opcode and what it does; with the lines of C that it"
          + " came from, if the file",
      "has them; with --fit, as one kernel takes them. Needs no kernel and no privileges."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j disasm examples/hello/hello.bpf.o",
      "  ebpf4j disasm examples/java/Hello.java",
      "  ebpf4j disasm examples/socket/get.text --type socket_filter",
      "  ebpf4j disasm probe.bpf.o --fit /sys/kernel/btf/vmlinux",
      "  ebpf4j disasm probe.bpf.o --java --program executed"
    })
public final class DisasmCommand implements PlainLine.Command {
  @Mixin private final ProgramFile file = new ProgramFile();

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--program", paramLabel = "NAME", description = "Only this program.")
  private @Nullable String only;

  @Option(names = "--no-source", description = "Leave out the lines of C.")
  private boolean noSource;

  @Option(
      names = "--fit",
      paramLabel = "FACTS",
      description = {
        "Print them as one kernel takes them. FACTS is 'host' for this kernel, a file with types"
            + " (BTF), or a directory with any of these files: vmlinux (types), modules/NAME,"
            + " kallsyms, config, and kernel (lines such as 'release 6.1.0', 'page-size 4096',"
            + " 'cpus 8', 'without context_tag'). Needs no kernel but for 'host'."
      })
  private @Nullable String facts;

  @Option(
      names = "--java",
      description = "Print the class of the JVM that the virtual kernel makes of each program.")
  private boolean java;

  private final Console console;

  public DisasmCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--program" -> only = value.text(only);
      case "--no-source" -> noSource = value.flag(noSource);
      case "--java" -> java = value.flag(java);
      case "--fit" -> facts = value.text(facts);
      default -> {
        return json.option(name, value) || file.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return file.word(word);
  }

  @Override
  public boolean complete() {
    return file.complete();
  }

  @Override
  public Integer call() {
    var out = console.out();
    var spec = file.read();
    var programs = only == null ? spec.programs() : List.of(spec.program(only));
    if (java) {
      if (json.isJson() || facts != null) {
        throw new UsageException("--java: neither --json nor --fit goes with it");
      }
      return new JavaCode(console).print(spec, programs);
    }
    if (facts != null) {
      return fitted(out, spec, programs, facts);
    }
    try (var printed = new Printed(out)) {
      for (var program : programs) {
        printed.print(spec, program, program.instructions(), Map.of());
      }
      printed.end();
    }
    return 0;
  }

  /// Prints what one kernel makes of programs.
  private int fitted(PrintWriter out, ObjectSpec spec, List<ProgramSpec> programs, String wanted) {
    var names = programs.stream().map(ProgramSpec::name).collect(Collectors.toSet());
    var asked = spec.withEachProgram(p -> p.withAutoload(names.contains(p.name())));
    var object = new Fitting(wanted).of(asked);
    try (var printed = new Printed(out)) {
      for (var program : object.programs()) {
        printed.print(
            object.spec(),
            program.program(),
            program.instructions(),
            Fitting.notes(object, program));
      }
      printed.end();
    }
    var err = console.err();
    var missing = Fitting.failures(object, names);
    missing.forEach(err::println);
    err.flush();
    return missing.isEmpty() ? 0 : ExitStatus.FAILED;
  }

  /// Programs, as text with an empty line between two, or as JSON.
  private final class Printed implements AutoCloseable {
    private final PrintWriter out;
    private final JsonList list;
    private boolean any;

    Printed(PrintWriter out) {
      this.out = out;
      this.list = json.list(out);
    }

    void print(
        ObjectSpec spec,
        ProgramSpec program,
        Instructions instructions,
        Map<Integer, List<String>> notes) {
      if (json.isJson()) {
        json(list, program, instructions, notes);
        return;
      }
      if (any) {
        out.println();
      }
      any = true;
      DisasmCommand.this.print(out, spec, program, instructions, notes);
    }

    void end() {
      if (json.isJson()) {
        list.end();
      }
      out.flush();
    }

    @Override
    public void close() {
      list.close();
    }
  }

  /// An object for each instruction. What is to be said of the program is said of its first one.
  private static void json(
      JsonList list,
      ProgramSpec program,
      Instructions instructions,
      Map<Integer, List<String>> notes) {
    var starts = starts(program);
    var function = program.name();
    for (var line :
        Disassembler.lines(instructions, slot -> name(program, instructions, starts, slot))) {
      function = starts.getOrDefault(line.slot(), function);
      var in = function;
      var said = new ArrayList<>(notes.getOrDefault(line.slot(), List.of()));
      if (line.slot() == 0) {
        said.addAll(0, notes.getOrDefault(Fitting.PROGRAM, List.of()));
      }
      list.add(fields -> {
        fields
            .put("program", program.name())
            .put("section", program.section())
            .put("type", program.type().map(ProgramType::label).orElse(null));
        InstructionFields.put(fields, instructions, line, in, line.text());
        InstructionFields.source(fields, program.line(line.slot()).orElse(null));
        fields.putStrings("notes", said);
      });
    }
  }

  private static Map<Integer, String> starts(ProgramSpec program) {
    var starts = new HashMap<Integer, String>();
    for (Subprogram subprogram : program.subprograms()) {
      starts.put(subprogram.slot(), subprogram.name());
    }
    return starts;
  }

  /// @param notes what is to be said of instructions, behind them
  private void print(
      PrintWriter out,
      ObjectSpec spec,
      ProgramSpec program,
      Instructions instructions,
      Map<Integer, List<String>> notes) {
    out.println(
        program.name()
            + (program.section().isEmpty() ? "" : " in section " + program.section())
            + program.type().map(t -> ", " + t.label()).orElse(", of unknown type")
            + (spec.license().isEmpty() ? ", no license" : ", license " + spec.license())
            + ", "
            + instructions.size()
            + " instructions");
    notes.getOrDefault(Fitting.PROGRAM, List.of()).forEach(note -> out.println("  ; " + note));
    var starts = starts(program);
    var source = "";
    for (var line :
        Disassembler.lines(instructions, slot -> name(program, instructions, starts, slot))) {
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
      for (var note : notes.getOrDefault(line.slot(), List.of())) {
        out.println("                 ; " + note);
      }
    }
    out.flush();
  }

  /// What an instruction refers to: a map or variable, or a function of the program.
  private static Optional<String> name(
      ProgramSpec program, Instructions instructions, Map<Integer, String> starts, int slot) {
    for (var reference : program.mapReferences()) {
      if (reference.slot() == slot) {
        return Optional.of(reference.describe());
      }
    }
    var raw = instructions.slot(slot);
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
