package org.ebpf4j.insn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The table of functions that programs call by name, `kfuncs.tsv`. It is read when it is first
/// asked for; what a line says beyond name and kernels is decoded when somebody asks for it.
final class KfuncTable {
  private static final String FILE = "kfuncs.tsv";
  private static final int COLUMNS = 5;

  /// Orders versions such as `6.1` and `6.12` by their numbers.
  private static final Comparator<String> BY_NUMBERS =
      Comparator.comparingInt(KfuncTable::major).thenComparingInt(KfuncTable::minor);

  /// For each name its rows, by the kernels that they are of.
  private static final Map<String, Map<String, String[]>> ROWS = new HashMap<>();

  /// The kernels that were read.
  private static final TreeSet<String> KERNELS = new TreeSet<>(BY_NUMBERS);

  static {
    for (var row : read()) {
      var of = ROWS.computeIfAbsent(row[0], _ -> new TreeMap<>(BY_NUMBERS));
      for (var kernel : row[1].split(",")) {
        of.put(kernel, row);
        KERNELS.add(kernel);
      }
    }
  }

  private KfuncTable() {}

  static Optional<Kfunc> function(String name, String kernel) {
    var nearest = KERNELS.floor(kernel);
    var rows = ROWS.getOrDefault(name, Map.of());
    return nearest == null
        ? Optional.empty()
        : Optional.ofNullable(rows.get(nearest)).map(KfuncTable::decode);
  }

  static Optional<String> since(String name) {
    return ROWS.getOrDefault(name, Map.of()).keySet().stream().findFirst();
  }

  static Set<String> names() {
    return Set.copyOf(ROWS.keySet());
  }

  private static int major(String version) {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }

  private static int minor(String version) {
    return Integer.parseInt(version.substring(version.indexOf('.') + 1));
  }

  private static List<String[]> read() {
    var resource = KfuncTable.class.getResourceAsStream(FILE);
    if (resource == null) {
      throw new IllegalStateException(FILE + " is missing from the jar");
    }
    try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      var rows = new ArrayList<String[]>();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          rows.add(line.split("\t", COLUMNS));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kfunc decode(String[] row) {
    return new Kfunc(
        row[0],
        words(row[2]).stream()
            .map(word -> KfuncFlag.valueOf(word.toUpperCase(Locale.ROOT)))
            .collect(Collectors.toUnmodifiableSet()),
        row[3].equals("*") ? Set.of() : Set.copyOf(words(row[3])),
        row[4]);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
  }
}
