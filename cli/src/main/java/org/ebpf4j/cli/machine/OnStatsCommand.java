package org.ebpf4j.cli.machine;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j stats on`.
@Command(
    name = "on",
    mixinStandardHelpOptions = true,
    header = "Have runs of programs counted.",
    description =
        "Sets kernel.bpf_stats_enabled: each run takes some tens of nanoseconds more, until stats"
            + " off.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j stats on", "  ebpf4j stats on --json"})
public final class OnStatsCommand extends RunCounting {
  public OnStatsCommand(Console console) {
    super(console, Wanted.ON);
  }
}
