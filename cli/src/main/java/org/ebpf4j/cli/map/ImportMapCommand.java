package org.ebpf4j.cli.map;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.EndedException;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.BpfException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map import`.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    header = "Write the entries of a file into a map.",
    description = {
      "Writes entries that map export wrote, or others of that form. All lines are read before"
          + " anything is written. Where a key has another value already, nothing is, but with"
          + " --update."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map import 12 counts.jsonl --dry-run",
      "  ebpf4j map import counts counts.csv --update"
    })
public final class ImportMapCommand extends EntryCommand {
  @Option(names = "--format", paramLabel = "jsonl|csv", description = "That of the file's name.")
  private String format = "";

  @Option(names = "--update", description = "Write over values that are there.")
  private boolean update;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  public ImportMapCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--update" -> update = value.flag(update);
      case "--dry-run" -> dryRun = value.flag(dryRun);
      case "--format" -> format = value.text(format.isEmpty() ? null : format);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  int run(Content content, List<String> rest) {
    content.checkKeys();
    if (rest.size() != 1) {
      throw new UsageException("one file is wanted behind the map");
    }
    var file = Path.of(rest.getFirst());
    try (var walk = Walk.ofFile()) {
      var entries =
          new EntryFile(content, false)
              .read(file, ExportMapCommand.isTable(format, file.toString()), walk);
      return write(content, file, entries, walk);
    }
  }

  @SuppressWarnings("ArrayAsKeyOfSetOrMap") // Only gone through, in the order of the file.
  private int write(Content content, Path file, List<Fields.Entry> entries, Walk walk) {
    var wanted = new LinkedHashMap<byte[], byte[]>();
    var added = 0;
    var changed = 0;
    for (var entry : entries) {
      walk.step();
      var before = content.map().lookup(entry.key());
      if (before.isEmpty()) {
        added++;
      } else if (Arrays.equals(before.get(), entry.value())) {
        continue;
      } else if (!update) {
        throw new BpfException(
            content.what()
                + " has an entry "
                + content.line(entry.key(), before.get())
                + " already; nothing was written\n  try: --update");
      } else {
        changed++;
      }
      wanted.put(entry.key(), entry.value());
    }
    if (walk.isOver()) {
      throw new EndedException("Ctrl-C came before the end; nothing was written");
    }
    if (!dryRun) {
      // All of it, or nothing.
      Interrupt.onSignal(() -> {});
      content.map().updateAll(wanted, update ? Update.ANY : Update.NO_EXIST);
    }
    walk.close();
    var fresh = added;
    var others = changed;
    say(
        (dryRun ? "would add " : "added ")
            + fresh
            + " entries to "
            + content.what()
            + ", changed "
            + others
            + ", of "
            + entries.size()
            + " in "
            + file,
        json ->
            json.put("action", "import")
                .put("dry_run", dryRun)
                .put("map_id", content.map().id())
                .put("entries", entries.size())
                .put("added", fresh)
                .put("changed", others));
    return 0;
  }
}
