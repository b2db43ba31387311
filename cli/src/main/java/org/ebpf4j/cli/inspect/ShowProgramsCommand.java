package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j prog show`.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show all that is known of programs.",
    description = "Prints what the kernel says of each program, a line for each thing.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j prog show 42", "  ebpf4j prog show count_execs --json"})
public final class ShowProgramsCommand extends ProgramsCommand {
  public ShowProgramsCommand(Console console) {
    super(console, true);
  }
}
