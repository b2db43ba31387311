package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j link list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List links.",
    description = {
      "Prints a line for each link that is alive, whoever made it, with its program and what it is"
          + " on. Devices have the names",
      "that they have in their own network namespace."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link list", "  ebpf4j link list --json"})
public final class ListLinksCommand extends LinksCommand {
  public ListLinksCommand(Console console) {
    super(console, false);
  }
}
