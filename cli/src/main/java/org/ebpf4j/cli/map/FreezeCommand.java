package org.ebpf4j.cli.map;

import java.util.List;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map freeze`.
@Command(
    name = "freeze",
    mixinStandardHelpOptions = true,
    header = "Let nobody write to a map any more.",
    description =
        "From now on only programs can change the map, for as long as it lives. It cannot"
            + " be undone.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j map freeze 12 --dry-run", "  ebpf4j map freeze settings --yes"})
public final class FreezeCommand extends EntryCommand {
  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  public FreezeCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--yes" -> yes = value.flag(yes);
      case "--dry-run" -> dryRun = value.flag(dryRun);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  int run(Content content, List<String> rest) {
    if (!rest.isEmpty()) {
      throw new UsageException("'" + rest.getFirst() + "' is one too many");
    }
    if (!dryRun) {
      Consent.check(console(), yes, "freeze " + content.what() + " for as long as it lives");
      content.map().freeze();
    }
    say(
        (dryRun ? "would freeze " : "froze ") + content.what(),
        json ->
            json.put("action", "freeze").put("dry_run", dryRun).put("map_id", content.map().id()));
    return 0;
  }
}
