package org.ebpf4j.cli.map;

import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.linux.PinDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map pin`.
@Command(
    name = "pin",
    mixinStandardHelpOptions = true,
    header = "Pin a map.",
    description =
        "Gives a map a name in a bpffs, which keeps it alive. What is there stays; nothing"
            + " is mounted.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map pin 12 /sys/fs/bpf/counts",
      "  ebpf4j map pin counts /sys/fs/bpf/counts --dry-run"
    })
public final class PinMapCommand extends EntryCommand {
  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  public PinMapCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    if (name.equals("--dry-run")) {
      dryRun = value.flag(dryRun);
      return true;
    }
    return false;
  }

  @Override
  int run(Content content, List<String> rest) {
    if (rest.size() != 1) {
      throw new UsageException("one path in a bpffs is wanted behind the map");
    }
    var path = Path.of(rest.getFirst());
    PinDirectory.check(path);
    if (!dryRun) {
      content.map().pin(path);
    }
    say(
        (dryRun ? "would pin " : "pinned ") + content.what() + " at " + path,
        json ->
            json.put("action", "pin")
                .put("dry_run", dryRun)
                .put("map_id", content.map().id())
                .put("path", path.toString()));
    return 0;
  }
}
