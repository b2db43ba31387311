package org.ebpf4j.cli.map;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.EndedException;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.BpfException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map export`.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    header = "Write the entries of a map to a file.",
    description = {
      "Writes entries as lines of JSON or as a table (.csv), from which map import reads them"
          + " without loss. Without a file, or with -, to standard output. A file that is there"
          + " stays, but with --overwrite."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map export 12 counts.jsonl",
      "  ebpf4j map export counts counts.csv --where 'value.hits > 0'",
      "  ebpf4j map export 12 - --format csv"
    })
public final class ExportMapCommand extends EntryCommand {
  @Option(names = "--format", paramLabel = "jsonl|csv", description = "That of the file's name.")
  private String format = "";

  @Option(names = "--where", paramLabel = "CONDITION", description = "Entries that it holds for.")
  private String where = "";

  @Option(names = "--overwrite", description = "Replace a file that is there.")
  private boolean overwrite;

  public ExportMapCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    switch (name) {
      case "--overwrite" -> overwrite = value.flag(overwrite);
      case "--format" -> format = value.text(format.isEmpty() ? null : format);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  int run(Content content, List<String> rest) throws IOException {
    content.checkReadable();
    if (rest.size() > 1) {
      throw new UsageException("'" + rest.get(1) + "' is one too many");
    }
    var name = rest.isEmpty() ? "-" : rest.getFirst();
    if (name.equals("-") && isJson() && format.equals("csv")) {
      throw new UsageException("--format csv is no JSON");
    }
    var file = new EntryFile(content, isHex());
    var table = isTable(format, name);
    Filter.Test test = where.isEmpty() ? (_, _) -> true : Filter.read(content, where);
    if (!name.equals("-") && !overwrite && Files.exists(Path.of(name))) {
      throw new BpfException(name + " is there already\n  try: another name, or --overwrite");
    }
    var lines = new ArrayList<String>();
    boolean consistent;
    boolean over;
    try (var walk = Walk.of(content.map().maxEntries())) {
      consistent =
          walk.through(
              content,
              (key, value) -> {
                if (test.of(key, value)) {
                  lines.add(table ? file.row(key, value) : file.json(key, value));
                }
                return true;
              });
      over = walk.isOver();
    }
    if (over && !name.equals("-")) {
      throw new EndedException("Ctrl-C came before the end; " + name + " was not written");
    }
    var count = lines.size();
    if (name.equals("-") && isJson()) {
      JsonList.print(console().out(), isJsonLines(), lines);
      console().out().flush();
    } else {
      if (table) {
        lines.addFirst(file.header());
      }
      var text = new StringBuilder();
      lines.forEach(line -> text.append(line).append('\n'));
      write(content, name, text, count, consistent);
    }
    if (!consistent) {
      console().err().println("ebpf4j: the map changed while it was read: entries may be missing");
      console().err().flush();
    }
    return over ? ExitStatus.INTERRUPTED : 0;
  }

  private void write(
      Content content, String name, StringBuilder text, int count, boolean consistent) {
    if (name.equals("-")) {
      console().out().print(text);
    } else {
      OutputFile.write(
          OutputFile.target(Path.of(name)), text.toString().getBytes(StandardCharsets.UTF_8));
      say(
          "wrote " + count + " entries of " + content.what() + " to " + name,
          json ->
              json.put("action", "export")
                  .put("map_id", content.map().id())
                  .put("entries", count)
                  .put("consistent", consistent)
                  .put("path", name));
    }
  }

  /// Whether a file is a table, by what was said or by its name.
  static boolean isTable(String format, String name) {
    return switch (format) {
      case "csv" -> true;
      case "jsonl" -> false;
      case "" -> name.endsWith(".csv");
      default -> throw new UsageException("--format is jsonl or csv, not '" + format + "'");
    };
  }
}
