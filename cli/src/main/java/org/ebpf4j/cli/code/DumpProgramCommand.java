package org.ebpf4j.cli.code;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxProgram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j prog dump`: prints the code of a program that is alive.
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    header = "Print the instructions or the machine code of a program.",
    description = {
      "xlated: the instructions as the kernel keeps them, rewritten by the verifier, with the lines"
          + " of C and the names of functions and maps.",
      "jited: the bytes of the machine code, function by function."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j prog dump xlated 42",
      "  ebpf4j prog dump xlated count_execs --format dot",
      "  ebpf4j prog dump jited 42 --json"
    })
public final class DumpProgramCommand implements PlainLine.Command {
  /// The forms of text.
  enum Format {
    /// A line for each instruction.
    TEXT,
    /// The ways through the program, for Graphviz.
    DOT
  }

  @Parameters(
      paramLabel = "xlated|jited WHICH",
      description = "What of it, and the program's id, name, tag or pin.")
  private List<String> words = new ArrayList<>();

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(
      names = "--bpftool",
      description = "Print the JSON that bpftool -j prints, for scripts that read it.")
  private boolean bpftool;

  @Option(
      names = "--format",
      paramLabel = "text|dot",
      description = "A line for each instruction, or the ways through it as a graph (Graphviz).")
  private Format format = Format.TEXT;

  @Option(names = "--no-source", description = "Leave out the lines of C.")
  private boolean noSource;

  private final Console console;

  public DumpProgramCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--bpftool" -> bpftool = value.flag(bpftool);
      case "--no-source" -> noSource = value.flag(noSource);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return words.size() > 1;
  }

  @Override
  public Integer call() {
    var form = words.isEmpty() ? "" : words.getFirst();
    if (!form.equals("xlated") && !form.equals("jited")) {
      throw new UsageException(
          "what to print is missing: xlated (instructions) or jited (machine code), before the"
              + " program");
    }
    if (format == Format.DOT && (bpftool || json.isJson())) {
      throw new UsageException("--format dot is no JSON");
    }
    try (var kernel = LinuxKernel.open();
        var program = kernel.openProgram(Choice.program(kernel, words.subList(1, words.size())))) {
      if (form.equals("xlated")) {
        translated(program);
      } else {
        jited(program);
      }
    }
    console.out().flush();
    return 0;
  }

  private void translated(LinuxProgram program) {
    var code = program.translated();
    if (bpftool) {
      console.out().println(BpftoolCode.json(code));
    } else if (format == Format.DOT) {
      new FlowGraph(program.name(), code).print(console.out());
    } else if (json.isJson()) {
      new InstructionJson(code).print(console.out(), json.isLines());
    } else {
      new InstructionText(code, !noSource).print(console.out());
    }
    if (!json.isJson() && !bpftool) {
      code.hidden()
          .ifPresent(why ->
              console.err().println("ebpf4j: functions of the kernel have no names: " + why));
      console.err().flush();
    }
  }

  private void jited(LinuxProgram program) {
    if (bpftool || format == Format.DOT) {
      throw new UsageException("machine code is printed as text, --json or --jsonl");
    }
    var code = program.jited();
    if (json.isJson()) {
      MachineCode.json(console.out(), code, json.isLines());
    } else {
      MachineCode.text(console.out(), code, !noSource);
    }
  }
}
