package org.ebpf4j.cli.inspect;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.PinDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j prog pin`.
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    header = "Pin a program.",
    description =
        "Gives a program a name in a bpffs, which keeps it alive. What is there stays; nothing is"
            + " mounted.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j prog pin 42 /sys/fs/bpf/kept",
      "  ebpf4j prog pin 42 /sys/fs/bpf/kept --dry-run"
    })
public final class PinProgramCommand implements PlainLine.Command {
  @Parameters(
      paramLabel = "WHICH PATH",
      description = "An id, a name, a tag or a pin of the program; then where to pin it.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public PinProgramCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    if (name.equals("--dry-run")) {
      dryRun = value.flag(dryRun);
      return true;
    }
    return json.option(name, value);
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return words.size() >= 2;
  }

  @Override
  public Integer call() {
    if (words.size() < 2) {
      throw new UsageException("a program, and behind it a path in a bpffs are wanted");
    }
    var path = Path.of(words.getLast());
    try (var kernel = LinuxKernel.open();
        var program =
            kernel.openProgram(Choice.program(kernel, words.subList(0, words.size() - 1)))) {
      PinDirectory.check(path);
      if (!dryRun) {
        program.pin(path);
      }
      if (json.isJson()) {
        json.print(
            console.out(),
            fields ->
                fields
                    .put("action", "pin")
                    .put("dry_run", dryRun)
                    .put("program_id", Integer.toUnsignedLong(program.id()))
                    .put("path", path.toString()));
      } else {
        console
            .out()
            .println(
                SafeText.line(
                    (dryRun ? "would pin " : "pinned ")
                        + "program "
                        + Integer.toUnsignedString(program.id())
                        + " '"
                        + program.name()
                        + "'"
                        + " at "
                        + path));
      }
    }
    return 0;
  }
}
