package org.ebpf4j.cli.machine;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j pin`: prints what there is to do with pins.
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    header = "Show and remove pins.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j pin list", "  ebpf4j pin rm /sys/fs/bpf/hello --dry-run"})
public final class PinCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
