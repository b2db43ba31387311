package org.ebpf4j.insn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The helper functions of the kernel: what a [Instruction.Call.Helper] calls by number.
///
/// The list is closed: since Linux 6.2 new functions are kfuncs, named in BTF. The names and
/// numbers are those of `___BPF_FUNC_MAPPER` in `include/uapi/linux/bpf.h`, kept in `helpers.tsv`
/// beside this class, and are read when first asked for.
public final class HelperFunction {
  private static final String PREFIX = "bpf_";
  private static final String TABLE = "helpers.tsv";

  private HelperFunction() {}

  /// The name of a helper function, such as `bpf_map_lookup_elem` for 1.
  public static Optional<String> name(int id) {
    return row(id).map(row -> PREFIX + row.name);
  }

  /// The number of a helper function, by its name with or without `bpf_`.
  public static OptionalInt id(String name) {
    String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    Integer id = Table.IDS.get(bare);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// The first kernel version with a helper function, such as `3.18`.
  public static Optional<String> since(int id) {
    return row(id).map(Row::since);
  }

  private static Optional<Row> row(int id) {
    List<Row> rows = Table.ROWS;
    return id >= 1 && id <= rows.size() ? Optional.of(rows.get(id - 1)) : Optional.empty();
  }

  private record Row(int id, String name, String since) {
    static Row parse(String line) {
      String[] columns = line.split("\t", -1);
      return new Row(Integer.parseInt(columns[0]), columns[1], columns[2]);
    }
  }

  /// The table, read when this class is initialised; ids run from 1 without a gap.
  private static final class Table {
    static final List<Row> ROWS = read();
    static final Map<String, Integer> IDS = index(ROWS);

    private static List<Row> read() {
      InputStream resource = HelperFunction.class.getResourceAsStream(TABLE);
      if (resource == null) {
        throw new IllegalStateException(TABLE + " is missing from the jar");
      }
      try (var lines =
          new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
        return lines.lines().filter(line -> !line.startsWith("#")).map(Row::parse).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Map<String, Integer> index(List<Row> rows) {
      Map<String, Integer> ids = HashMap.newHashMap(rows.size());
      for (Row row : rows) {
        ids.put(row.name, row.id);
      }
      return Map.copyOf(ids);
    }
  }
}
