package org.ebpf4j.cli.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.object.ObjectSpec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a command changes of an object before it is loaded: which programs are taken, what its
/// variables hold, how large its maps are.
public final class ObjectOptions {
  private static final long MOST_ENTRIES = 0xffff_ffffL;

  @Mixin private final FirstValues values = new FirstValues();

  @Option(
      names = "--program",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only this program, and others that are named so; an optional one (section ?...) too.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--without",
      paramLabel = "NAME",
      split = ",",
      description = "All programs but this one, and others that are named so.")
  private List<String> without = new ArrayList<>();

  @Option(
      names = "--map-entries",
      paramLabel = "NAME=N",
      description = "How many entries a map has at most, in place of what the object says.")
  private Map<String, String> entries = new LinkedHashMap<>();

  @Option(
      names = "--map-value-size",
      paramLabel = "NAME=BYTES",
      description = {
        "How large the values of a map are, where its loader is to say it: of a map of stacks, 8"
            + " times the most",
        "frames of one, such as 1016."
      })
  private Map<String, String> valueSizes = new LinkedHashMap<>();

  /// Takes an option in its plain form.
  public boolean option(String name, PlainLine.Value value) {
    return switch (name) {
      case "--program" -> only.addAll(value.list());
      case "--without" -> without.addAll(value.list());
      default -> values.option(name, value);
    };
  }

  /// Whether nothing is changed.
  public boolean isEmpty() {
    return values.isEmpty()
        && only.isEmpty()
        && without.isEmpty()
        && entries.isEmpty()
        && valueSizes.isEmpty();
  }

  /// The object as it is to be loaded.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where it has no program, map or variable of a name
  public ObjectSpec in(ObjectSpec read) {
    var spec = values.in(read);
    for (var name : only) {
      spec = spec.withProgram(name, p -> p.withAutoload(true));
    }
    if (!only.isEmpty()) {
      spec = spec.withEachProgram(p -> only.contains(p.name()) ? p : p.withAutoload(false));
    }
    for (var name : without) {
      spec = spec.withProgram(name, p -> p.withAutoload(false));
    }
    if (!spec.programs().isEmpty() && spec.programs().stream().noneMatch(p -> p.autoload())) {
      if (!only.isEmpty() || !without.isEmpty()) {
        throw new UsageException("--without leaves no program");
      }
    }
    for (var entry : entries.entrySet()) {
      var count = count("--map-entries", entry.getKey(), entry.getValue(), "entries", MOST_ENTRIES);
      spec = spec.withMap(entry.getKey(), m -> m.withMaxEntries(count));
    }
    for (var size : valueSizes.entrySet()) {
      var bytes =
          count(
              "--map-value-size",
              size.getKey(),
              size.getValue(),
              "bytes in a value",
              Integer.MAX_VALUE);
      spec = spec.withMap(size.getKey(), m -> m.withValueSize((int) bytes));
    }
    return spec;
  }

  private static long count(String option, String map, String text, String of, long most) {
    if (text.matches("\\d{1,10}")) {
      var count = Long.parseLong(text);
      if (count > 0 && count <= most) {
        return count;
      }
    }
    throw new UsageException(
        option
            + ": map '"
            + map
            + "' cannot have '"
            + text
            + "' "
            + of
            + "; it takes a number from 1 to "
            + most);
  }
}
