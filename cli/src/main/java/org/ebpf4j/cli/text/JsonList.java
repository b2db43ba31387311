package org.ebpf4j.cli.text;

import java.io.PrintWriter;
import java.util.List;

/// Objects of JSON in the two shapes that commands print them in: one array (`--json`), or each on
/// a line (`--jsonl`). They are printed as they come, and none is kept.
public final class JsonList {
  private final PrintWriter out;
  private final boolean lines;
  private boolean any;

  /// @param lines whether each is printed on a line
  public JsonList(PrintWriter out, boolean lines) {
    this.out = out;
    this.lines = lines;
  }

  /// Prints all of a list.
  public static void print(PrintWriter out, boolean lines, List<String> objects) {
    var list = new JsonList(out, lines);
    objects.forEach(list::add);
    list.end();
  }

  /// The next one, on one line.
  public void add(String object) {
    if (lines) {
      out.println(object);
      return;
    }
    out.print(any ? ",\n " : "[");
    out.print(object);
    any = true;
  }

  /// Ends the array; one without objects is an array, too.
  public void end() {
    if (!lines) {
      out.println(any ? "]" : "[]");
    }
  }
}
