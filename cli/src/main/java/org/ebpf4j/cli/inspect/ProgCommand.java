package org.ebpf4j.cli.inspect;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j prog`: prints what there is to do with programs.
@Command(
    name = "prog",
    mixinStandardHelpOptions = true,
    header = "Show programs that are alive in the kernel; pin, attach and detach them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j prog list",
      "  ebpf4j prog show 42",
      "  ebpf4j prog dump xlated 42",
      "  ebpf4j prog detach 42 --dry-run"
    })
public final class ProgCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
