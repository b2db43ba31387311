package org.ebpf4j.cli.machine;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j stats`: prints what there is to do with the counting of runs.
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    header = "Have runs of programs counted, or not.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j stats show", "  ebpf4j stats on"})
public final class StatsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
