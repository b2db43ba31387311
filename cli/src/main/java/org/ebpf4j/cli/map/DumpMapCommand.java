package org.ebpf4j.cli.map;

import java.io.IOException;
import java.util.List;
import java.util.PriorityQueue;
import org.ebpf4j.btf.text.ByteText;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.process.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map dump`.
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    header = "Show the entries of a map.",
    description = {
      "Prints all entries, or those that a condition chooses. Where the map changed in a way that"
          + " may have hidden entries, it says so."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map dump 12",
      "  ebpf4j map dump counts --jsonl",
      "  ebpf4j map dump 12 --where 'value.hits > 10 and not pid == 1' --sort -value.hits --limit 5"
    })
public final class DumpMapCommand extends EntryCommand {
  /// As much is written at a time.
  private static final int FULL = 128 * 1024;

  @Option(names = "--where", paramLabel = "CONDITION", description = "Entries that it holds for.")
  private String where = "";

  @Option(
      names = "--sort",
      paramLabel = "PATH",
      description =
          "In the order of a part, such as value.hits; the largest first with a - before.")
  private String sort = "";

  @Option(names = "--limit", paramLabel = "COUNT", description = "At most so many entries.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--bpftool",
      description = "Print the JSON that bpftool -j prints, for scripts that read it.")
  private boolean bpftool;

  public DumpMapCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--sort" -> sort = value.text(sort.isEmpty() ? null : sort);
      case "--limit" ->
          limit = Integer.parseInt(value.text(limit == Integer.MAX_VALUE ? null : limit));
      case "--bpftool" -> bpftool = value.flag(bpftool);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Puts an entry into text.
  @FunctionalInterface
  private interface Form {
    void put(byte[] key, byte[] value, ByteText text);
  }

  @Override
  int run(Content content, List<String> rest) throws IOException {
    if (!rest.isEmpty()) {
      throw new UsageException("'" + rest.getFirst() + "' is one too many: map get shows an entry");
    }
    if (limit < 0) {
      throw new UsageException("--limit is at least 0");
    }
    content.checkReadable();
    Filter.Test test = where.isEmpty() ? (_, _) -> true : Filter.read(content, where);
    boolean consistent;
    boolean over;
    try (var walk =
        sort.isEmpty()
            ? Walk.whilePrinting(content.map().maxEntries())
            : Walk.of(content.map().maxEntries())) {
      consistent = sort.isEmpty() ? inOrder(content, test, walk) : sorted(content, test, walk);
      over = walk.isOver();
    }
    if (!consistent) {
      console()
          .err()
          .println(
              "ebpf4j: "
                  + content.what()
                  + " changed while it was read: entries may be missing, or there twice");
      console().err().flush();
    }
    return over ? ExitStatus.INTERRUPTED : 0;
  }

  private Form form(Content content) {
    if (bpftool) {
      return new BpftoolEntries(content)::put;
    }
    if (isJson()) {
      return content::json;
    }
    return (key, value, text) -> text.add(content.line(key, value));
  }

  /// Entries as they come.
  private boolean inOrder(Content content, Filter.Test test, Walk walk) throws IOException {
    var sink = new Sink(form(content));
    var left = new int[] {limit};
    var consistent =
        limit == 0
            || walk.through(
                content,
                (key, value) -> {
                  if (test.of(key, value)) {
                    sink.put(key, value);
                    left[0]--;
                  }
                  return left[0] > 0;
                });
    sink.end();
    return consistent;
  }

  /// Entries in an order, of which those are kept that can still be printed.
  private boolean sorted(Content content, Filter.Test test, Walk walk) throws IOException {
    var order = new Fields(content).order(sort);
    var kept = new PriorityQueue<Fields.Entry>(order.reversed());
    var consistent =
        walk.through(
            content,
            (key, value) -> {
              var entry = new Fields.Entry(key, value);
              if (test.of(key, value)) {
                kept.add(entry);
                if (kept.size() > limit) {
                  kept.remove();
                }
              }
              return true;
            });
    walk.close();
    var sink = new Sink(form(content));
    var all = kept.stream().sorted(order).toList();
    for (var entry : all) {
      sink.put(entry.key(), entry.value());
    }
    sink.end();
    return consistent;
  }

  /// What entries are written to, many at a time.
  private final class Sink {
    private final Form form;
    private final ByteText text = new ByteText();
    private final java.io.OutputStream out = StandardOutput.bytes(console().out());
    private final boolean array = bpftool || (isJson() && !isJsonLines());
    private boolean any;

    Sink(Form form) {
      this.form = form;
    }

    void put(byte[] key, byte[] value) throws IOException {
      if (array) {
        text.add(any ? (bpftool ? "," : ",\n ") : "[");
      }
      any = true;
      form.put(key, value, text);
      if (!array) {
        text.add('\n');
      }
      if (text.length() >= FULL) {
        text.drainTo(out);
      }
    }

    void end() throws IOException {
      if (array) {
        text.add(any ? "]\n" : "[]\n");
      }
      text.drainTo(out);
    }
  }
}
