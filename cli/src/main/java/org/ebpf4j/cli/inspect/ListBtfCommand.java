package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j btf list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List the types (BTF) that the kernel holds.",
    description =
        "Prints a line for the types of the kernel, of each module and of what was loaded.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j btf list", "  ebpf4j btf list --json"})
public final class ListBtfCommand extends TypesCommand {
  public ListBtfCommand(Console console) {
    super(console, false);
  }
}
