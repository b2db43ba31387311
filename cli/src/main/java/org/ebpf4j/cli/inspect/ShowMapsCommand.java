package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j map show`.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show all that is known of maps.",
    description = "Prints what the kernel says of each map, a line for each thing.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j map show 42", "  ebpf4j map show counts --json"})
public final class ShowMapsCommand extends MapsCommand {
  public ShowMapsCommand(Console console) {
    super(console, true);
  }
}
