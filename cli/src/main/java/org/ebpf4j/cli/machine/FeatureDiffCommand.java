package org.ebpf4j.cli.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j feature diff`.
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    header = "Compare two reports of features.",
    description = {
      "Compares what 'ebpf4j feature --json' printed, of two kernels, or of two users. A feature"
          + " that only one report has",
      "counts as missing in the other."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j feature diff old.json new.json",
      "  ebpf4j feature diff old.json new.json --json",
      "",
      "Exit status: 0 both are the same, 1 they differ."
    })
public final class FeatureDiffCommand implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();

  @Parameters(index = "0", paramLabel = "A", description = "A report.")
  private @Nullable Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another.")
  private @Nullable Path second;

  private final Console console;

  public FeatureDiffCommand(Console console) {
    this.console = console;
  }

  /// What is not the same in both.
  ///
  /// @param first what the first report says: `no`, `loadable`, `attachable`, `not probed`
  record Difference(String group, String name, String first, String second) {}

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return listing.option(name, value);
  }

  @Override
  public boolean word(String word) {
    if (first == null) {
      first = Path.of(word);
      return true;
    }
    var taken = second == null;
    second = taken ? Path.of(word) : second;
    return taken;
  }

  @Override
  public boolean complete() {
    return second != null;
  }

  @Override
  public Integer call() {
    var differences =
        differences(report(Objects.requireNonNull(first)), report(Objects.requireNonNull(second)));
    listing.print(console.out(), view(), differences);
    return differences.isEmpty() ? 0 : ExitStatus.FAILED;
  }

  private static View<Difference> view() {
    return new View<Difference>((fields, d) ->
        fields
            .put("group", d.group())
            .put("name", d.name())
            .put("first", d.first())
            .put("second", d.second()))
        .column("GROUP", Difference::group)
        .column("NAME", Difference::name)
        .column("FIRST", Difference::first)
        .column("SECOND", Difference::second);
  }

  static List<Difference> differences(Map<String, String> first, Map<String, String> second) {
    var all = new LinkedHashMap<>(first);
    second.forEach(all::putIfAbsent);
    var differences = new ArrayList<Difference>();
    for (var key : all.keySet()) {
      var before = first.getOrDefault(key, "no");
      var after = second.getOrDefault(key, "no");
      if (!before.equals(after)) {
        var space = key.indexOf(' ');
        differences.add(
            new Difference(key.substring(0, space), key.substring(space + 1), before, after));
      }
    }
    return differences;
  }

  /// What each feature is, by group and name.
  private static Map<String, String> report(Path file) {
    String text;
    try {
      text = WholeFile.text(file);
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
    var report = new LinkedHashMap<String, String>();
    try {
      for (var feature : Json.readAll(text)) {
        if (!(feature.get("group") instanceof String group)
            || !(feature.get("name") instanceof String name)) {
          throw new BpfException("it is no report of features: an object is without group or name");
        }
        report.put(
            group + " " + name,
            "not_probed".equals(feature.get("basis"))
                ? "not probed"
                : Boolean.TRUE.equals(feature.get("attachable"))
                    ? "attachable"
                    : Boolean.TRUE.equals(feature.get("loadable")) ? "loadable" : "no");
      }
    } catch (BpfException e) {
      throw new BpfException(
          file + ": " + e.getMessage() + "\n  try: give what ebpf4j feature --json printed", e);
    }
    return report;
  }
}
