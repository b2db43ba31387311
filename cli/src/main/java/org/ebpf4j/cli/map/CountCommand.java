package org.ebpf4j.cli.map;

import java.io.IOException;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
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
  int run(Content content, List<String> rest) throws IOException {
    if (!rest.isEmpty()) {
      throw new UsageException("'" + rest.getFirst() + "' is one too many");
    }
    content.checkReadable();
    Filter.Test test = where.isEmpty() ? (_, _) -> true : Filter.read(content, where);
    var most = content.map().maxEntries();
    var count = new long[1];
    boolean consistent;
    boolean over;
    try (var walk = Walk.of(most)) {
      consistent =
          walk.through(
              content,
              (key, value) -> {
                if (where.isEmpty() || test.of(key, value)) {
                  count[0]++;
                }
                return true;
              });
      over = walk.isOver();
    }
    var entries = count[0];
    say(
        entries
            + " of "
            + most
            + " entries ("
            + (most == 0 ? 0 : 100 * entries / most)
            + " %)"
            + (consistent ? "" : "; the map changed while it was read")
            + (over ? "; Ctrl-C came before the end" : ""),
        json ->
            json.put("map_id", content.map().id())
                .put("entries", entries)
                .put("max_entries", most)
                .put("consistent", consistent && !over));
    return over ? ExitStatus.INTERRUPTED : 0;
  }
}
