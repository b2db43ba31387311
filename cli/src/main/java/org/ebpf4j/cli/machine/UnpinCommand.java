package org.ebpf4j.cli.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.PinDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j unpin`: removes pins, as the end of what `load` began.
@Command(
    name = "unpin",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Remove pins.",
    description = {
      "Removes pins, and directories of pins with all that is in them. What nothing else holds is"
          + " gone with its pin.",
      "Touches nothing outside a bpffs; everything is looked at before anything is removed. On a"
          + " terminal it asks before",
      "it removes the last of what holds an object; where nobody can be asked it goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j unpin /sys/fs/bpf/hello",
      "  ebpf4j unpin /sys/fs/bpf/hello/links/hello --dry-run"
    })
public final class UnpinCommand implements PlainLine.Command {
  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Pins, or directories of pins.")
  private List<Path> paths = new ArrayList<>();

  @Option(names = "--dry-run", description = "Say what would be removed, and do nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public UnpinCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--dry-run" -> dryRun = value.flag(dryRun);
      case "--yes" -> yes = value.flag(yes);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return paths.add(Path.of(word));
  }

  @Override
  public boolean complete() {
    return !paths.isEmpty();
  }

  @Override
  public Integer call() {
    if (dryRun) {
      print("would unpin ", PinDirectory.pinsAt(paths));
      return 0;
    }
    if (!yes && Consent.canAsk()) {
      try (var kernel = LinuxKernel.open()) {
        var question = PinRemoval.question(kernel, PinRemoval.at(kernel, paths));
        if (!question.isEmpty()) {
          Consent.check(console, false, question);
        }
      }
    }
    print("unpinned ", PinDirectory.unpin(paths));
    return 0;
  }

  private void print(String what, List<Path> pins) {
    if (!json.isJson()) {
      pins.forEach(path -> console.out().println(what + path));
      return;
    }
    var list = json.list(console.out());
    for (var path : pins) {
      list.add(fields ->
          fields.put("action", "unpin").put("dry_run", dryRun).put("path", path.toString()));
    }
    list.end();
  }
}
