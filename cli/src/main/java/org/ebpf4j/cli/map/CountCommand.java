package org.ebpf4j.cli.map;

import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map count`.
@Command(
    name = "count",
    mixinStandardHelpOptions = true,
    header = "Count the entries of a map.",
    description = "Prints how many entries there are, of how many there can be.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j map count 12", "  ebpf4j map count counts --where 'value > 100' --json"})
public final class CountCommand extends EntryCommand {
  @Option(names = "--where", paramLabel = "CONDITION", description = "Entries that it holds for.")
  private String where = "";

  public CountCommand(Console console) {
    super(console);
  }

  @Override
  int run(Content content, List<String> rest) {
    if (!rest.isEmpty()) {
      throw new UsageException("'" + rest.getFirst() + "' is one too many");
    }
    content.checkReadable();
    Filter.Test test = where.isEmpty() ? (_, _) -> true : Filter.read(content, where);
    long count = 0;
    boolean consistent;
    try (var cursor = content.map().entries().cursor()) {
      while (cursor.next()) {
        if (where.isEmpty() || test.of(cursor.key(), cursor.value())) {
          count++;
        }
      }
      consistent = cursor.isConsistent();
    }
    var entries = count;
    var most = content.map().maxEntries();
    say(
        entries
            + " of "
            + most
            + " entries ("
            + (most == 0 ? 0 : 100 * entries / most)
            + " %)"
            + (consistent ? "" : "; the map changed while it was read"),
        json ->
            json.put("map_id", content.map().id())
                .put("entries", entries)
                .put("max_entries", most)
                .put("consistent", consistent));
    return 0;
  }
}
