package org.ebpf4j.cli.machine;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j struct_ops list`.
@Command(
    name = "list",
    aliases = {"show"},
    mixinStandardHelpOptions = true,
    header = "List structs of functions.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j struct_ops list", "  ebpf4j struct_ops list --json"})
public final class ListStructOpsCommand extends StructOpsMaps {
  public ListStructOpsCommand(Console console) {
    super(console, false);
  }
}
