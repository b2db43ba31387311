package org.ebpf4j.cli.machine;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j struct_ops dump`.
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    header = "Show what is in structs of functions.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j struct_ops dump", "  ebpf4j struct_ops dump --json"})
public final class DumpStructOpsCommand extends StructOpsMaps {
  public DumpStructOpsCommand(Console console) {
    super(console, true);
  }
}
