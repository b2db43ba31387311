package org.ebpf4j.cli.listing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.Json;
import org.jspecify.annotations.Nullable;

/// How objects of a kind are shown: the columns of a table, and the fields of JSON. The first
/// columns are those of a list; with [#detail] come what only details have.
///
/// @param <T> the kind
public final class View<T> {
  /// What is shown of an object.
  ///
  /// @param header the name of the column, such as `NAME`
  /// @param text its text; empty where an object has none
  /// @param use where it is shown
  record Column<T>(String header, Function<T, String> text, Use use) {}

  /// Where a column is shown.
  enum Use {
    /// In lists; cut where the terminal is too narrow for all.
    CUT,
    /// In lists.
    WHOLE,
    /// In lists, to the right.
    NUMBER,
    /// In details, and in lists where it is asked for.
    DETAIL
  }

  private final List<Column<T>> columns = new ArrayList<>();
  private final BiConsumer<Json.Fields, T> json;
  private @Nullable BiConsumer<Json.Fields, T> bpftool;

  /// @param json puts the fields of an object
  public View(BiConsumer<Json.Fields, T> json) {
    this.json = json;
  }

  /// A column of text that is never cut, such as a type.
  public View<T> column(String header, Function<T, String> text) {
    columns.add(new Column<>(header, text, Use.WHOLE));
    return this;
  }

  /// A column of text that may be cut to what the terminal has room for, such as a list of ids.
  public View<T> wide(String header, Function<T, String> text) {
    columns.add(new Column<>(header, text, Use.CUT));
    return this;
  }

  /// A column of numbers.
  public View<T> number(String header, Function<T, ?> number) {
    columns.add(new Column<>(header, object -> String.valueOf(number.apply(object)), Use.NUMBER));
    return this;
  }

  /// What only details have, and lists with `--columns` or `--wide`.
  public View<T> detail(String header, Function<T, String> text) {
    columns.add(new Column<>(header, text, Use.DETAIL));
    return this;
  }

  /// Puts the fields that `bpftool -j` has of an object, in its order.
  public View<T> bpftool(BiConsumer<Json.Fields, T> fields) {
    bpftool = fields;
    return this;
  }

  List<Column<T>> columns() {
    return columns;
  }

  /// An object as JSON, on one line.
  public String json(T object) {
    return Json.object(fields -> json.accept(fields, object));
  }

  /// An object as bpftool has it, on one line.
  ///
  /// @throws UsageException where bpftool has no such objects
  String bpftoolJson(T object) {
    var fields = bpftool;
    if (fields == null) {
      throw new UsageException("bpftool shows nothing of the kind; --json has a form of its own");
    }
    return Json.object(json -> fields.accept(json, object));
  }
}
