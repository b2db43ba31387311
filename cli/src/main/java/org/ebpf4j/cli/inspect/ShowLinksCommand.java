package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j link show`.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show all that is known of links.",
    description = {
      "Prints what the kernel says of each link, a line for each thing.",
      "Links are chosen by id, by pin, or by the name of their program."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link show 42", "  ebpf4j link show count_execs --json"})
public final class ShowLinksCommand extends LinksCommand {
  public ShowLinksCommand(Console console) {
    super(console, true);
  }
}
