package org.ebpf4j.cli.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.text.ByteText;
import org.ebpf4j.cli.input.BoundedLines;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Entries as the lines of a file, from which they are read again without loss: as JSON, or as a
/// table with commas (RFC 4180). What its types do not say whole, such as padding that is not 0, is
/// there as hexadecimal digits.
final class EntryFile {
  private static final String KEY_HEX = "key_hex";
  private static final String VALUE_HEX = "value_hex";

  private final Content content;
  private final boolean hex;
  private final List<String> columns;
  private final Optional<Leaves> keys;
  private final Optional<Leaves> values;

  /// @param hex whether bytes only are written
  EntryFile(Content content, boolean hex) {
    this.content = content;
    this.hex = hex;
    this.columns = new ArrayList<>();
    this.keys = leaves(content.key(), hex);
    this.values = leaves(content.value(), hex);
    keys.ifPresentOrElse(
        leaves -> leaves.paths().forEach(path -> columns.add("key" + path)),
        () -> columns.add(KEY_HEX));
    values.ifPresentOrElse(
        leaves -> roots().forEach(root -> leaves.paths().forEach(path -> columns.add(root + path))),
        () -> columns.add(VALUE_HEX));
  }

  private static Optional<Leaves> leaves(Side side, boolean hex) {
    return hex || side.types().isEmpty() ? Optional.empty() : Optional.of(Leaves.of(side));
  }

  private List<String> roots() {
    if (content.cpus() == 0) {
      return List.of("value");
    }
    var roots = new ArrayList<String>();
    for (int cpu = 0; cpu < content.cpus(); cpu++) {
      roots.add("cpu" + cpu);
    }
    return List.copyOf(roots);
  }

  /// An entry as a line of JSON.
  String json(byte[] key, byte[] value) {
    var text = new ByteText();
    content.json(key, value, text);
    var line = text.toString();
    if (!hex && isWhole(line, key, value)) {
      return line;
    }
    return (hex ? "{" : line.substring(0, line.length() - 1) + ",")
        + "\"key_hex\":\""
        + HexFormat.of().formatHex(key)
        + "\",\"value_hex\":\""
        + HexFormat.of().formatHex(value)
        + "\"}";
  }

  /// Whether all of an entry can be read again.
  private boolean isWhole(String line, byte[] key, byte[] value) {
    try {
      var read = read(Json.readRaw(line));
      return Arrays.equals(read.key(), key) && Arrays.equals(read.value(), value);
    } catch (UsageException _) {
      // Such as bytes that are no text.
      return false;
    }
  }

  /// The first line of a table.
  String header() {
    return String.join(",", columns.stream().map(EntryFile::cell).toList());
  }

  /// An entry as a line of a table.
  ///
  /// @throws BpfException where it has what its types do not say
  String row(byte[] key, byte[] value) {
    var cells = new LinkedHashMap<String, String>();
    for (var column : columns) {
      cells.put(column, text(column, key, value));
    }
    var read = cells(cells);
    if (!Arrays.equals(read.key(), key) || !Arrays.equals(read.value(), value)) {
      throw new BpfException(
          "entry "
              + content.line(key, value)
              + " has bytes that its types do not say\n  try: --hex, or --format jsonl");
    }
    return String.join(",", cells.values().stream().map(EntryFile::cell).toList());
  }

  private String text(String column, byte[] key, byte[] value) {
    if (column.equals(KEY_HEX)) {
      return HexFormat.of().formatHex(key);
    }
    if (column.equals(VALUE_HEX)) {
      return HexFormat.of().formatHex(value);
    }
    var at = root(column).length();
    var path = column.substring(at);
    if (column.startsWith("key")) {
      return keys.orElseThrow().text(key, path);
    }
    var from = column.startsWith("cpu") ? cpu(column.substring(3, at)) * content.stride() : 0;
    return values
        .orElseThrow()
        .text(Arrays.copyOfRange(value, from, from + content.value().size()), path);
  }

  private static String root(String column) {
    var end = 0;
    while (end < column.length() && Character.isLetterOrDigit(column.charAt(end))) {
      end++;
    }
    return column.substring(0, end);
  }

  private int cpu(String number) {
    if (!number.matches("[0-9]{1,5}") || Integer.parseInt(number) >= content.cpus()) {
      throw new UsageException("no CPU '" + number + "': there can be " + content.cpus());
    }
    return Integer.parseInt(number);
  }

  private static String cell(String text) {
    return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /// The entry of a line of JSON.
  Fields.Entry read(Map<String, String> fields) {
    var key = new byte[content.key().size()];
    var value = new byte[content.map().valueSize()];
    if (fields.containsKey(KEY_HEX) && fields.containsKey(VALUE_HEX)) {
      return new Fields.Entry(
          bytes(fields.getOrDefault(KEY_HEX, ""), key.length),
          bytes(fields.getOrDefault(VALUE_HEX, ""), value.length));
    }
    json(content.key(), key, 0, fields, "key");
    if (content.cpus() == 0) {
      json(content.value(), value, 0, fields, "value");
    } else {
      var all = elements(fields.getOrDefault("values", "[]"));
      if (all.size() != content.cpus()) {
        throw new UsageException(
            all.size() + " values, where there are " + content.cpus() + " possible CPUs");
      }
      for (int cpu = 0; cpu < all.size(); cpu++) {
        json(
            content.value(), value, cpu * content.stride(), Map.of("value", all.get(cpu)), "value");
      }
    }
    return new Fields.Entry(key, value);
  }

  private static void json(
      Side side, byte[] bytes, int at, Map<String, String> fields, String name) {
    var text = fields.get(name);
    if (text == null) {
      throw new UsageException("a line has no " + name);
    }
    side.set(
        bytes,
        at,
        "",
        side.types().isEmpty() && text.startsWith("\"") ? "hex:" + text.replace("\"", "") : text);
  }

  private static byte[] bytes(String digits, int size) {
    try {
      var bytes = HexFormat.of().parseHex(digits.replace("\"", ""));
      if (bytes.length == size) {
        return bytes;
      }
      throw new UsageException(bytes.length + " bytes, where " + size + " are wanted");
    } catch (IllegalArgumentException e) {
      throw new UsageException("'" + digits + "' are no hexadecimal digits", e);
    }
  }

  /// The elements of a JSON array, as they stand there.
  private static List<String> elements(String array) {
    var elements = new ArrayList<String>();
    var depth = 0;
    var quoted = false;
    var from = 1;
    for (int i = 1; i < array.length(); i++) {
      var c = array.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (depth > 0 && (c == '}' || c == ']')) {
        depth--;
      } else if (depth == 0 && (c == ',' || c == ']')) {
        var element = array.substring(from, i).strip();
        if (!element.isEmpty()) {
          elements.add(element);
        }
        from = i + 1;
      }
    }
    return elements;
  }

  /// The entry of a line of a table.
  ///
  /// @param cells by the names of their columns
  Fields.Entry cells(Map<String, String> cells) {
    var key = new byte[content.key().size()];
    var value = new byte[content.map().valueSize()];
    cells.forEach((column, text) -> {
      var root = root(column);
      var path = column.substring(root.length());
      if (column.equals(KEY_HEX)) {
        System.arraycopy(bytes(text, key.length), 0, key, 0, key.length);
      } else if (column.equals(VALUE_HEX)) {
        System.arraycopy(bytes(text, value.length), 0, value, 0, value.length);
      } else if (root.equals("key")) {
        content.key().set(key, 0, path, text);
      } else if (root.equals("value")) {
        content.offsets().forEach(at -> content.value().set(value, at, path, text));
      } else if (root.startsWith("cpu")) {
        content.value().set(value, cpu(root.substring(3)) * content.stride(), path, text);
      } else {
        throw new UsageException("'" + column + "' is no column of entries: key…, value… or cpu…");
      }
    });
    return new Fields.Entry(key, value);
  }

  /// The cells of a line of a table.
  static List<String> split(String line) {
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    var quoted = false;
    for (int i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  /// All entries of a file; not all, where a signal came.
  ///
  /// @throws UsageException where a line is none, which the message names
  List<Fields.Entry> read(java.nio.file.Path file, boolean table, Walk walk) {
    var entries = new ArrayList<Fields.Entry>();
    try (var stream = java.nio.file.Files.newInputStream(file)) {
      var lines = new BoundedLines(file.toString(), stream);
      var first = table ? lines.next() : null;
      List<String> header = first == null ? List.of() : split(first);
      for (var line = lines.next(); line != null && !walk.isOver(); line = lines.next()) {
        walk.step();
        if (!line.isBlank()) {
          entries.add(entry(file, lines.number(), line, table ? header : null));
        }
      }
    } catch (java.io.IOException e) {
      throw org.ebpf4j.error.FileError.of(file, "read", e);
    }
    return entries;
  }

  /// @param header the columns of a table; null where each line is JSON
  private Fields.Entry entry(
      java.nio.file.Path file, int number, String line, @Nullable List<String> header) {
    try {
      return header == null ? read(Json.readRaw(line)) : cells(named(header, split(line)));
    } catch (UsageException | BpfException e) {
      throw new UsageException(file + ", line " + number + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> named(List<String> header, List<String> cells) {
    if (header.size() != cells.size()) {
      throw new UsageException(cells.size() + " cells below " + header.size() + " columns");
    }
    var named = new LinkedHashMap<String, String>();
    for (int i = 0; i < header.size(); i++) {
      named.put(header.get(i), cells.get(i));
    }
    return named;
  }
}
