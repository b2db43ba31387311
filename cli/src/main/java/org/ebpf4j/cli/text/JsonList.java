package org.ebpf4j.cli.text;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;

/// Objects of JSON in the two shapes that commands print them in: one array (`--json`), or each on
/// a line (`--jsonl`). They are printed as they come, and none is kept. The array is closed by
/// [#end()], and by [#close()] where a failure came after the first object.
public final class JsonList implements AutoCloseable {
  private final PrintWriter out;
  private final boolean lines;
  private boolean any;
  private boolean ended;

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

  /// The next one.
  public void add(Consumer<Json.Fields> fields) {
    add(Json.object(fields));
  }

  /// The next one, on one line.
  public void add(String object) {
    if (lines) {
      out.print(object + '\n');
      return;
    }
    out.print(any ? ",\n " : "[");
    out.print(object);
    any = true;
  }

  /// Has what was printed reach the reader.
  public void flush() {
    out.flush();
  }

  /// Ends the array; one without objects is an array, too.
  public void end() {
    if (!lines && !ended) {
      out.println(any ? "]" : "[]");
    }
    ended = true;
  }

  /// Ends an array that was begun; prints nothing where there is no object.
  @Override
  public void close() {
    if (any) {
      end();
    }
  }
}
