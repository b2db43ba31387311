package org.ebpf4j.cli.text;

import java.io.PrintWriter;
import java.util.function.Consumer;
import org.ebpf4j.cli.process.PlainLine;
import picocli.CommandLine.Option;

/// The options for JSON that every command has, and the printing. `--json` prints one document: an
/// object where a command is about exactly one thing, else an array, also of one object or none.
/// `--jsonl` prints the same objects, each on a line.
public final class JsonOptions {
  @Option(names = "--json", description = "Print one JSON document, as 'ebpf4j schema' tells.")
  private boolean json;

  @Option(names = "--jsonl", description = "Print JSON, an object on each line.")
  private boolean jsonl;

  /// Takes an option of a line in plain form.
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--json" -> json = value.flag(json);
      case "--jsonl" -> jsonl = value.flag(jsonl);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Whether JSON is wanted, of either form.
  public boolean isJson() {
    return json || jsonl;
  }

  /// Whether it is wanted on lines.
  public boolean isLines() {
    return jsonl;
  }

  /// What objects are printed to, of which there may be any number.
  public JsonList list(PrintWriter out) {
    return new JsonList(out, jsonl);
  }

  /// Prints the one object of a command that is about exactly one thing.
  public void print(PrintWriter out, Consumer<Json.Fields> fields) {
    out.println(Json.object(fields));
  }
}
