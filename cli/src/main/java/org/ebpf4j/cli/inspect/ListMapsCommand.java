package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j map list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List maps.",
    description = "Prints a line for each map that is alive, whoever made it.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j map list", "  ebpf4j map list --jsonl"})
public final class ListMapsCommand extends MapsCommand {
  public ListMapsCommand(Console console) {
    super(console, false);
  }
}
