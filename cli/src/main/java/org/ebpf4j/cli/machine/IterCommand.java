package org.ebpf4j.cli.machine;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j iter`: prints what there is to do with iterators.
@Command(
    name = "iter",
    mixinStandardHelpOptions = true,
    header = "Show and read iterators.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j iter list", "  ebpf4j iter cat /sys/fs/bpf/tasks"})
public final class IterCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
