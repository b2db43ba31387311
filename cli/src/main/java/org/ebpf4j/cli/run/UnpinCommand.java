package org.ebpf4j.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.linux.PinDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ebpf4j unpin`: removes pins.
@Command(
    name = "unpin",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Remove pins.",
    description = {
      "Removes pins, and directories of pins with all that is in them. What nothing else holds is"
          + " gone with its pin.",
      "Touches nothing outside a bpffs; everything is looked at before anything is removed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j unpin /sys/fs/bpf/hello", "  ebpf4j unpin /sys/fs/bpf/hello/links/hello"})
public final class UnpinCommand implements PlainLine.Command {
  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Pins, or directories of pins.")
  private List<Path> paths = new ArrayList<>();

  private final Console console;

  public UnpinCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return false;
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
    PinDirectory.unpin(paths).forEach(path -> console.out().println("unpinned " + path));
    return 0;
  }
}
