package org.ebpf4j.cli.machine;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j stats off`.
@Command(
    name = "off",
    mixinStandardHelpOptions = true,
    header = "Have runs of programs counted no more.",
    description =
        "Clears kernel.bpf_stats_enabled. Programs that hold it open have runs counted all the"
            + " same.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j stats off", "  ebpf4j stats off --json"})
public final class OffStatsCommand extends RunCounting {
  public OffStatsCommand(Console console) {
    super(console, Wanted.OFF);
  }
}
