package org.ebpf4j.cli.machine;

import org.ebpf4j.cli.process.Console;
import picocli.CommandLine.Command;

/// `ebpf4j stats show`.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Say whether runs of programs are counted.",
    description =
        "Prints what kernel.bpf_stats_enabled is: whether the kernel counts and times the runs of"
            + " all programs.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j stats show", "  ebpf4j stats show --json"})
public final class ShowStatsCommand extends RunCounting {
  public ShowStatsCommand(Console console) {
    super(console, Wanted.SHOW);
  }
}
