package org.ebpf4j.cli.verify;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ebpf4j.cli.input.KernelOptions;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.verifier.input.Rules;

/// `ebpf4j verify --offline`: what this program's own verifier says of each program, by the rules
/// of any kernels.
final class OfflineCommand {
  private final OfflineOptions options;
  private final KernelOptions facts;
  private final JsonOptions json;
  private final PrintWriter out;
  private final PrintWriter err;

  OfflineCommand(
      OfflineOptions options,
      KernelOptions facts,
      JsonOptions json,
      PrintWriter out,
      PrintWriter err) {
    this.options = options;
    this.facts = facts;
    this.json = json;
    this.out = out;
    this.err = err;
  }

  /// Judges the files, prints what is said of each, and writes the reports.
  ///
  /// @param read reads a file
  /// @param files their names
  /// @return the verdicts
  List<OfflineVerdict> verify(Function<String, ObjectSpec> read, List<String> files) {
    var rules = options.rules();
    options.checkFiles();
    var given = facts.types();
    var types = given.or(OfflineFacts::running).orElse(null);
    if (given.isEmpty() && types != null) {
      err.println("types of the kernel: those of this machine's (" + OfflineFacts.RUNNING + ")");
    }
    var config = KernelConfig.parse("configuration", "");
    var verification =
        new OfflineVerification(
            read,
            kernel -> new OfflineFacts(kernel, types, config),
            new FitOptions(facts.config(), java.util.Optional.empty(), Map.of()),
            rules);
    var all = new ArrayList<OfflineVerdict>();
    print(verification, files, rules, all);
    err.println(summary(files.size(), rules, all));
    options.write(all, err::println);
    return all;
  }

  private void print(
      OfflineVerification verification,
      List<String> files,
      List<Rules> rules,
      List<OfflineVerdict> all) {
    var table = new OfflineTable(out, files, rules);
    try (var list = json.list(out)) {
      for (var file : files) {
        var verdicts = verification.verify(file);
        all.addAll(verdicts);
        if (json.isJson()) {
          verdicts.forEach(verdict -> list.add(verdict.toJson()));
        } else {
          table.print(verdicts);
        }
        out.flush();
      }
      if (json.isJson()) {
        list.end();
      }
    }
  }

  private static String summary(int files, List<Rules> rules, List<OfflineVerdict> all) {
    var counts = new EnumMap<OfflineVerdict.Outcome, Integer>(OfflineVerdict.Outcome.class);
    all.forEach(v -> counts.merge(v.outcome(), 1, Integer::sum));
    return "%d verdicts in %d file%s by the rules of Linux %s: %d ok, %d rejected, %d gave up, %d errors"
        .formatted(
            all.size(),
            files,
            files == 1 ? "" : "s",
            String.join(", ", rules.stream().map(Rules::label).toList()),
            counts.getOrDefault(OfflineVerdict.Outcome.OK, 0),
            counts.getOrDefault(OfflineVerdict.Outcome.REJECTED, 0),
            counts.getOrDefault(OfflineVerdict.Outcome.GAVE_UP, 0),
            counts.getOrDefault(OfflineVerdict.Outcome.ERROR, 0));
  }

  /// 0 where all are accepted, 6 where some are not, 1 where some are in error.
  static int status(List<OfflineVerdict> all) {
    if (all.stream().anyMatch(v -> v.outcome() == OfflineVerdict.Outcome.ERROR)) {
      return ExitStatus.FAILED;
    }
    return all.stream().allMatch(v -> v.outcome() == OfflineVerdict.Outcome.OK)
        ? 0
        : ExitStatus.REJECTED;
  }
}
