package org.ebpf4j.cli.listing;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.cli.listing.View.Column;
import org.ebpf4j.cli.listing.View.Use;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.Terminal;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of commands that show objects, and the printing. JSON has one shape whatever is
/// found: an array with `--json`, an object on each line with `--jsonl`.
public final class Listing {
  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(
      names = "--bpftool",
      description = "Print the JSON that bpftool -j prints, for scripts that read it.")
  private boolean bpftool;

  @Option(
      names = "--columns",
      paramLabel = "NAMES",
      split = ",",
      description = "Only these columns, in this order, between commas.")
  private @Nullable List<String> columns;

  @Option(names = "--wide", description = "All columns, and no text is cut.")
  private boolean wide;

  @Option(names = "--no-header", description = "No line with the names of columns.")
  private boolean noHeader;

  /// Takes an option of a line in plain form.
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--bpftool" -> bpftool = value.flag(bpftool);
      case "--wide" -> wide = value.flag(wide);
      case "--no-header" -> noHeader = value.flag(noHeader);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  /// Whether JSON is wanted, of either form.
  public boolean isJson() {
    return json.isJson() || bpftool;
  }

  /// Whether JSON or a table is wanted, and no other form of text.
  public boolean isTable() {
    return isJson() || columns != null || wide || noHeader;
  }

  /// Whether a table with a column is wanted that only details have else.
  public boolean wants(String column) {
    return !isJson()
        && (wide
            || (columns != null && columns.stream().anyMatch(c -> c.equalsIgnoreCase(column))));
  }

  /// Whether the JSON of bpftool is wanted.
  public boolean isBpftool() {
    return bpftool;
  }

  /// Prints objects as bpftool does: one that was asked for as an object, and else an array.
  ///
  /// @param chosen whether they were asked for, by id, name, tag or pin
  public static <T> void printBpftool(
      PrintWriter out, View<T> view, Collection<? extends T> objects, boolean chosen) {
    var all = objects.stream().map(view::bpftoolJson).toList();
    out.println(chosen && all.size() == 1 ? all.getFirst() : "[" + String.join(",", all) + "]");
  }

  /// Prints objects, each on a line of a table.
  public <T> void print(PrintWriter out, View<T> view, Collection<? extends T> objects) {
    if (isJson()) {
      printJson(out, view, objects);
      return;
    }
    var chosen = chosen(view);
    var rows = new ArrayList<List<String>>();
    if (!noHeader) {
      rows.add(chosen.stream().map(Column::header).toList());
    }
    for (var object : objects) {
      rows.add(chosen.stream().map(c -> SafeText.line(c.text().apply(object))).toList());
    }
    var width = wide ? Integer.MAX_VALUE : Terminal.columns();
    new Table(chosen.stream().map(Column::use).toList(), width).print(out, rows);
  }

  /// Prints objects with all that is known of each, a line for each thing that is known.
  public <T> void printDetails(PrintWriter out, View<T> view, Collection<? extends T> objects) {
    if (isJson() || columns != null) {
      print(out, view, objects);
      return;
    }
    var label = view.columns().stream().mapToInt(c -> c.header().length()).max().orElse(0) + 2;
    var first = true;
    for (var object : objects) {
      if (!first) {
        out.println();
      }
      first = false;
      for (var column : view.columns()) {
        var text = SafeText.line(column.text().apply(object));
        if (!text.isEmpty()) {
          var name = column.header().toLowerCase(Locale.ROOT);
          out.println(name + " ".repeat(label - name.length()) + text);
        }
      }
    }
  }

  /// What objects are printed to that come again and again.
  public JsonList list(PrintWriter out) {
    return json.list(out);
  }

  /// Prints objects that come again and again: in JSON all of them are in one list.
  public <T> void print(
      PrintWriter out, JsonList list, View<T> view, Collection<? extends T> objects) {
    if (bpftool || !json.isJson()) {
      print(out, view, objects);
    } else {
      objects.forEach(object -> list.add(view.json(object)));
    }
  }

  /// Ends a list of JSON, where JSON is wanted.
  public void end(JsonList list) {
    if (json.isJson()) {
      list.end();
    }
  }

  private <T> void printJson(PrintWriter out, View<T> view, Collection<? extends T> objects) {
    if (bpftool) {
      printBpftool(out, view, objects, false);
      return;
    }
    var list = json.list(out);
    objects.forEach(object -> list.add(view.json(object)));
    list.end();
  }

  private <T> List<Column<T>> chosen(View<T> view) {
    if (columns == null) {
      return view.columns().stream().filter(c -> wide || c.use() != Use.DETAIL).toList();
    }
    var names = view.columns().stream().map(c -> c.header().toLowerCase(Locale.ROOT)).toList();
    return columns.stream()
        .map(wanted -> {
          var index = names.indexOf(wanted.toLowerCase(Locale.ROOT));
          if (index < 0) {
            throw new UsageException(
                "there is no column '" + wanted + "'; the columns are " + String.join(", ", names));
          }
          return view.columns().get(index);
        })
        .toList();
  }
}
