package org.ebpf4j.cli.map;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.NotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map del`.
@Command(
    name = "del",
    mixinStandardHelpOptions = true,
    header = "Remove entries of a map.",
    description = {
      "Removes the entry of a key, or those that a condition chooses, and says what they were."
          + " Where there is no such key, the exit status is 3."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map del 12 pid=7",
      "  ebpf4j map del 12 --where 'value.hits == 0' --dry-run",
      "  ebpf4j map del counts --all --yes"
    })
public final class DeleteCommand extends EntryCommand {
  @Option(names = "--where", paramLabel = "CONDITION", description = "Entries that it holds for.")
  private String where = "";

  @Option(names = "--all", description = "All entries.")
  private boolean all;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  public DeleteCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--all" -> all = value.flag(all);
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
    content.checkKeys();
    if (all || !where.isEmpty()) {
      return many(content, rest);
    }
    var key = EntryWords.read(content, rest).key();
    var before = content.map().lookup(key);
    if (before.isEmpty() || (!dryRun && !content.map().delete(key))) {
      throw NotFoundException.ofPath(
          content.what()
              + " has no entry "
              + content.keyText(key)
              + "\n  try: ebpf4j map dump, which lists the keys",
          "key");
    }
    try (var list = jsonList()) {
      removed(content, key, before.get(), list);
      end(list);
    }
    return 0;
  }

  private void removed(Content content, byte[] key, byte[] before, JsonList list) {
    if (!isJson()) {
      console()
          .out()
          .println(
              (dryRun ? "would remove from " : "removed from ")
                  + content.what()
                  + ": "
                  + content.line(key, before));
      return;
    }
    list.add(json ->
        json.put("action", "del")
            .put("dry_run", dryRun)
            .put("map_id", Integer.toUnsignedLong(content.map().id()))
            .putJson("key", content.key().json(key, 0))
            .putJson("before", content.valueJson(before)));
  }

  private void end(JsonList list) {
    if (isJson()) {
      list.end();
    }
  }

  private int many(Content content, List<String> rest) {
    if (!rest.isEmpty() || (all && !where.isEmpty())) {
      throw new UsageException("a key, --where or --all: one of them");
    }
    Filter.Test test = all ? (_, _) -> true : Filter.read(content, where);
    var chosen = new ArrayList<Fields.Entry>();
    content
        .map()
        .entries()
        .forEach((key, value) -> {
          if (test.of(key, value)) {
            chosen.add(new Fields.Entry(key, value));
          }
        });
    if (!dryRun && !chosen.isEmpty()) {
      Consent.check(console(), yes, "remove " + chosen.size() + " entries of " + content.what());
    }
    try (var list = jsonList()) {
      for (var entry : chosen) {
        if (dryRun || content.map().delete(entry.key())) {
          removed(content, entry.key(), entry.value(), list);
        }
      }
      end(list);
    }
    return 0;
  }
}
