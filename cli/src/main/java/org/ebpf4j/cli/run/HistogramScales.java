package org.ebpf4j.cli.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.Histogram.Scale;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ObjectSpec;
import picocli.CommandLine.Option;

/// What the slots of histograms count: an object does not say it, its loader would.
final class HistogramScales {
  static final String NAME = "--histogram";

  private static final String LOG2 = "log2";
  private static final String LINEAR = "linear";

  @Option(
      names = NAME,
      paramLabel = "[NAME=]SCALE",
      split = ",",
      description = {
        "What slots of histograms count: log2 (without this option), linear, or linear:STEP; of all"
            + " that --maps",
        "prints, or of the map or variable NAME, which is a histogram then also without 'slots'."
      })
  private List<String> given = new ArrayList<>();

  /// Takes values of the option.
  void add(List<String> values) {
    given.addAll(values);
  }

  /// Reads what was given, and holds names against those of an object.
  ///
  /// @throws UsageException where it is no scale
  /// @throws NotFoundException where the object has no such map or variable
  Chosen of(ObjectSpec spec) {
    var names = new ArrayList<>(spec.maps().stream().map(m -> m.name()).toList());
    spec.variables().forEach(v -> names.add(v.name()));
    var all = Scale.LOG2;
    var named = new LinkedHashMap<String, Scale>();
    for (var word : given) {
      var equals = word.indexOf('=');
      var scale = scale(word.substring(equals + 1));
      if (equals < 0) {
        all = scale;
        continue;
      }
      var name = word.substring(0, equals);
      if (!names.contains(name)) {
        throw new NotFoundException("map or variable", name, names);
      }
      named.put(name, scale);
    }
    return new Chosen(all, named);
  }

  private static Scale scale(String text) {
    if (text.equals(LOG2)) {
      return Scale.LOG2;
    }
    if (text.equals(LINEAR)) {
      return Scale.linear(1);
    }
    if (text.startsWith(LINEAR + ":")) {
      try {
        return Scale.linear(Long.parseLong(text.substring(LINEAR.length() + 1)));
      } catch (IllegalArgumentException _) {
        throw new UsageException(NAME + ": in '" + text + "', STEP is a number from 1 on");
      }
    }
    throw new UsageException(
        NAME + ": '" + text + "' is no scale: it is log2, linear or linear:STEP");
  }

  /// The scales of an object's histograms.
  record Chosen(Scale all, Map<String, Scale> named) {
    /// That of a map or variable that was named.
    Optional<Scale> named(String name) {
      return Optional.ofNullable(named.get(name));
    }
  }
}
