package org.ebpf4j.cli.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.NotFoundException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j schema`: prints the JSON Schema of what a command prints.
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    header = "Print the JSON Schema of what a command prints.",
    description = {
      "Prints the schema (JSON Schema 2020-12) of the document that a command prints with --json."
          + " What it prints on each line",
      "with --jsonl is '#/$defs/line' there. 'error' is what every command prints to standard error"
          + " where it fails. Without",
      "a command, lists the schemas."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j schema", "  ebpf4j schema prog list", "  ebpf4j schema error"})
public final class SchemaCommand implements PlainLine.Command {
  @Mixin private final JsonOptions json = new JsonOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The words of a command, such as prog list; or error.")
  private List<String> words = new ArrayList<>();

  private final Console console;

  public SchemaCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return json.option(name, value);
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() throws IOException {
    var out = console.out();
    var names = names();
    if (!words.isEmpty()) {
      var command = String.join(" ", words);
      var name = names.get(command);
      if (name == null) {
        throw new NotFoundException("schema of a command", command, names.keySet());
      }
      var schema = schema(name);
      out.print(json.isLines() ? Json.onOneLine(schema) + "\n" : schema);
    } else if (json.isJson()) {
      var list = new ArrayList<String>();
      for (var each : names.entrySet()) {
        var schema = Json.read(schema(each.getValue()));
        list.add(
            Json.object(fields ->
                fields
                    .put("command", each.getKey())
                    .put("schema", String.valueOf(schema.get("$id")))
                    .put("title", String.valueOf(schema.get("title")))));
      }
      JsonList.print(out, json.isLines(), list);
    } else {
      var width = names.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
      for (var each : names.entrySet()) {
        var title = Json.read(schema(each.getValue())).get("title");
        out.println(each.getKey() + " ".repeat(width - each.getKey().length()) + title);
      }
    }
    out.flush();
    return 0;
  }

  /// The names of schemas, by the commands that they are of.
  static Map<String, String> names() throws IOException {
    var names = new LinkedHashMap<String, String>();
    CompletionCommand.resource("schema/index.tsv")
        .lines()
        .map(line -> line.split("\t", 2))
        .forEach(fields -> names.put(fields[0], fields[1]));
    return names;
  }

  private static String schema(String name) throws IOException {
    return CompletionCommand.resource("schema/" + name + ".json");
  }
}
