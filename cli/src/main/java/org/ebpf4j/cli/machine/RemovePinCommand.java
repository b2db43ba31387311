package org.ebpf4j.cli.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.PinDirectory;
import org.ebpf4j.linux.inspect.PinInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j pin rm`.
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    header = "Remove pins.",
    description = {
      "Removes pins, and directories of pins with all that is in them. What nothing else holds is"
          + " gone with its pin:",
      "then it asks on a terminal, and wants --yes elsewhere."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j pin rm /sys/fs/bpf/hello --dry-run",
      "  ebpf4j pin rm /sys/fs/bpf/counts --yes"
    })
public final class RemovePinCommand implements java.util.concurrent.Callable<Integer> {
  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Pins, or directories of pins.")
  private List<Path> paths = new ArrayList<>();

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public RemovePinCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (paths.isEmpty()) {
      throw new UsageException("which pin is meant is missing");
    }
    List<PinInfo> meant;
    try (var kernel = LinuxKernel.open()) {
      meant = PinRemoval.at(kernel, paths);
      if (!dryRun) {
        var question = yes ? "" : PinRemoval.question(kernel, meant);
        if (!question.isEmpty()) {
          Consent.check(console, false, question);
        }
        PinDirectory.unpin(paths);
      }
    }
    if (json.isJson()) {
      PinRemoval.print(json.list(console.out()), meant, dryRun);
    } else {
      meant.forEach(this::say);
    }
    console.out().flush();
    return 0;
  }

  private void say(PinInfo pin) {
    console
        .out()
        .println(
            (dryRun ? "would remove " : "removed ")
                + pin.path()
                + " ("
                + (pin.kind().isEmpty() ? "other" : pin.kind() + " " + pin.id())
                + ")");
  }
}
