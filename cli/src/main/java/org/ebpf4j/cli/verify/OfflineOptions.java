package org.ebpf4j.cli.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.verifier.input.Rules;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `verify` that judge programs without a kernel.
final class OfflineOptions {
  @Option(
      names = "--offline",
      description = {
        "Ask no kernel: this program's own verifier judges, without privileges. What it does not know"
            + " it does not accept;",
        "then it says that it gave up."
      })
  private boolean offline;

  @Option(
      names = "--kernel",
      split = ",",
      paramLabel = "VERSION",
      description =
          "With --offline: by the rules of which kernels, such as 5.10,6.1,newest (default: newest).")
  private List<String> kernels = new ArrayList<>();

  @Option(
      names = "--sarif",
      paramLabel = "FILE",
      description =
          "With --offline: also write what is wrong to FILE, for reviews of code (SARIF 2.1.0).")
  private @Nullable Path sarif;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description =
          "With --offline: also write the verdicts to FILE, as results of tests (JUnit XML).")
  private @Nullable Path junit;

  /// Takes an option in its plain form.
  boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--offline" -> offline = value.flag(offline);
      case "--kernel" -> kernels.addAll(value.list());
      case "--sarif" -> sarif = value.path(sarif);
      case "--junit" -> junit = value.path(junit);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Whether no kernel is asked.
  ///
  /// @throws UsageException where an option is given that only means something then
  boolean isOffline() {
    if (!offline) {
      for (var option :
          List.of(
              kernels.isEmpty() ? "" : "--kernel",
              sarif == null ? "" : "--sarif",
              junit == null ? "" : "--junit")) {
        if (!option.isEmpty()) {
          throw new UsageException(option + " goes with --offline");
        }
      }
    }
    return offline;
  }

  /// The rules of the kernels, each once.
  ///
  /// @throws UsageException where a word is no version
  List<Rules> rules() {
    var all = new ArrayList<Rules>();
    for (var word : kernels.isEmpty() ? List.of("newest") : kernels) {
      Rules rules;
      try {
        rules = Rules.kernel(word);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--kernel: " + e.getMessage());
      }
      if (all.stream().noneMatch(r -> r.label().equals(rules.label()))) {
        all.add(rules);
      }
    }
    return all;
  }

  /// Refuses files that cannot be written.
  void checkFiles() {
    for (var file : new Path[] {sarif, junit}) {
      if (file != null) {
        OutputFile.check(OutputFile.target(file));
      }
    }
  }

  /// Writes the reports that were asked for; tells each.
  void write(List<OfflineVerdict> verdicts, java.util.function.Consumer<String> told) {
    if (sarif != null) {
      OutputFile.write(OutputFile.target(sarif), SarifReport.of(verdicts));
      told.accept("what is wrong, as SARIF: " + sarif);
    }
    if (junit != null) {
      OutputFile.write(OutputFile.target(junit), JunitReport.of(verdicts));
      told.accept("verdicts, as results of tests: " + junit);
    }
  }
}
