package org.ebpf4j.insn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.insn.HelperSignature.Access;
import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.insn.HelperSignature.Kind;
import org.ebpf4j.insn.HelperSignature.Result;
import org.ebpf4j.insn.HelperSignature.ResultKind;

/// The table of helper functions, `helpers.tsv`. The lines are read once; what a line says beyond
/// number, name and version is decoded when somebody asks for it.
final class HelperTable {
  private static final String FILE = "helpers.tsv";
  private static final int COLUMNS = 7;

  private static final List<String[]> ROWS = read();
  private static final Map<String, Integer> IDS = index();

  private HelperTable() {}

  /// What may stand behind the kind of an argument or result.
  private enum Flag {
    MAYBE_NULL,
    UNINIT,
    RDONLY,
    WRITE,
    FIXED_SIZE,
    ALIGNED,
    RELEASE,
    RINGBUF,
    TRUSTED,
    DYNPTR_TYPE_LOCAL,
    DYNPTR_TYPE_RINGBUF
  }

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("ANYTHING", Kind.ANYTHING),
          Map.entry("SCALAR", Kind.SCALAR),
          Map.entry("CTX", Kind.CONTEXT),
          Map.entry("MAP", Kind.MAP),
          Map.entry("MAP_KEY", Kind.MAP_KEY),
          Map.entry("MAP_VALUE", Kind.MAP_VALUE),
          Map.entry("MEM", Kind.MEMORY),
          Map.entry("CONST_SIZE", Kind.SIZE),
          Map.entry("CONST_SIZE_OR_ZERO", Kind.SIZE_OR_ZERO),
          Map.entry("CONST_ALLOC_SIZE_OR_ZERO", Kind.ALLOCATION_SIZE),
          Map.entry("SPIN_LOCK", Kind.SPIN_LOCK),
          Map.entry("SOCK_COMMON", Kind.SOCKET_COMMON),
          Map.entry("SOCKET", Kind.SOCKET),
          Map.entry("BTF_ID", Kind.BTF_OBJECT),
          Map.entry("BTF_ID_SOCK_COMMON", Kind.BTF_SOCKET_COMMON),
          Map.entry("PERCPU_BTF_ID", Kind.PERCPU_OBJECT),
          Map.entry("RINGBUF_MEM", Kind.RINGBUF_RECORD),
          Map.entry("FUNC", Kind.FUNCTION),
          Map.entry("STACK", Kind.STACK),
          Map.entry("CONST_STR", Kind.CONSTANT_STRING),
          Map.entry("TIMER", Kind.TIMER),
          Map.entry("KPTR_DESTINATION", Kind.KPTR_DESTINATION),
          Map.entry("DYNPTR", Kind.DYNPTR));

  private static final Map<String, ResultKind> RESULTS =
      Map.of(
          "INTEGER", ResultKind.INTEGER,
          "VOID", ResultKind.VOID,
          "MAP_VALUE", ResultKind.MAP_VALUE,
          "SOCKET", ResultKind.SOCKET,
          "TCP_SOCK", ResultKind.TCP_SOCKET,
          "SOCK_COMMON", ResultKind.SOCKET_COMMON,
          "MEM", ResultKind.MEMORY,
          "MEM_OR_BTF_ID", ResultKind.MEMORY_OR_OBJECT,
          "BTF_ID", ResultKind.BTF_OBJECT);

  static List<HelperFunction> all() {
    return ROWS.stream().map(HelperTable::decode).toList();
  }

  static Optional<HelperFunction> function(int id) {
    return row(id).map(HelperTable::decode);
  }

  static Optional<String> name(int id) {
    return row(id).map(row -> HelperFunction.PREFIX + row[1]);
  }

  static Optional<String> since(int id) {
    return row(id).map(row -> row[2]);
  }

  static OptionalInt id(String name) {
    var prefix = HelperFunction.PREFIX;
    var id = IDS.get(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static Optional<String[]> row(int id) {
    return id >= 1 && id <= ROWS.size() ? Optional.of(ROWS.get(id - 1)) : Optional.empty();
  }

  /// Numbers run from 1 without a gap, so that a row is found by its number.
  private static List<String[]> read() {
    var resource = HelperTable.class.getResourceAsStream(FILE);
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

  private static Map<String, Integer> index() {
    Map<String, Integer> ids = HashMap.newHashMap(ROWS.size());
    for (int i = 0; i < ROWS.size(); i++) {
      ids.put(ROWS.get(i)[1], i + 1);
    }
    return ids;
  }

  private static HelperFunction decode(String[] row) {
    var flags = words(row[3], ",");
    return new HelperFunction(
        Integer.parseInt(row[0]),
        HelperFunction.PREFIX + row[1],
        row[2],
        flags.contains("gpl"),
        flags.contains("sleeps"),
        flags.contains("packet"),
        row[4],
        words(row[5], ";").stream().map(HelperTable::signature).toList(),
        words(row[6], ",").stream()
            .collect(Collectors.toUnmodifiableMap(HelperTable::type, HelperTable::choice)));
  }

  /// `26/1` is the type 26, for whose programs the second signature counts.
  private static int type(String word) {
    var slash = word.indexOf('/');
    return Integer.parseInt(slash < 0 ? word : word.substring(0, slash));
  }

  private static int choice(String word) {
    var slash = word.indexOf('/');
    return slash < 0 ? 0 : Integer.parseInt(word.substring(slash + 1));
  }

  private static List<String> words(String text, String separator) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(separator, -1));
  }

  /// `RESULT(ARGUMENT,…)`, each a kind with flags behind it: `MEM|UNINIT|WRITE`.
  private static HelperSignature signature(String text) {
    var open = text.indexOf('(');
    var arguments = text.substring(open + 1, text.length() - 1);
    return new HelperSignature(
        result(text.substring(0, open)),
        words(arguments, ",").stream().map(HelperTable::argument).toList());
  }

  private static Result result(String text) {
    var words = words(text, "\\|");
    var flags = flags(words);
    var kind =
        flags.contains(Flag.RINGBUF) ? ResultKind.RINGBUF_RECORD : known(RESULTS, words.getFirst());
    return new Result(kind, flags.contains(Flag.MAYBE_NULL));
  }

  private static Argument argument(String text) {
    var words = words(text, "\\|");
    var flags = flags(words);
    var kind = known(KINDS, words.getFirst());
    if (flags.contains(Flag.DYNPTR_TYPE_LOCAL)) {
      kind = Kind.LOCAL_DYNPTR;
    } else if (flags.contains(Flag.DYNPTR_TYPE_RINGBUF)) {
      kind = Kind.RINGBUF_DYNPTR;
    }
    return new Argument(
        kind,
        flags.contains(Flag.MAYBE_NULL),
        access(flags),
        flags.contains(Flag.FIXED_SIZE),
        flags.contains(Flag.RELEASE));
  }

  private static Access access(Set<Flag> flags) {
    if (flags.contains(Flag.RDONLY)) {
      return Access.READ;
    }
    return flags.contains(Flag.UNINIT) ? Access.WRITE : Access.UNSPECIFIED;
  }

  private static Set<Flag> flags(List<String> words) {
    var flags = EnumSet.noneOf(Flag.class);
    words.stream().skip(1).map(Flag::valueOf).forEach(flags::add);
    return flags;
  }

  private static <T> T known(Map<String, T> table, String word) {
    var found = table.get(word);
    if (found == null) {
      throw new IllegalStateException(FILE + " has the kind '" + word + "', which is unknown here");
    }
    return found;
  }
}
