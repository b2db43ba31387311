package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j prog list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List programs.",
    description = "Prints a line for each program that is alive, whoever loaded it.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j prog list", "  ebpf4j prog list --json"})
public final class ListProgramsCommand extends ProgramsCommand {
  public ListProgramsCommand(Console console) {
    super(console, false);
  }
}
