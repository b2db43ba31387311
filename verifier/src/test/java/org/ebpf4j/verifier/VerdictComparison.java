package org.ebpf4j.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.VerifierResult;

/// What the running kernel and this verifier say of the programs of object files.
final class VerdictComparison {
  private VerdictComparison() {}

  /// Both verdicts on one program.
  ///
  /// @param kernel whether the kernel takes it
  /// @param processed how many instructions the kernel looked at, or −1
  /// @param reason what the kernel said against it
  record Row(
      String object,
      String program,
      boolean kernel,
      long processed,
      String reason,
      VerifierResult ours,
      long nanos) {
    boolean accepted() {
      return ours instanceof VerifierResult.Accepted;
    }

    String message() {
      return ours instanceof VerifierResult.Refused refused ? refused.first().message() : "";
    }

    boolean gaveUp() {
      return ours instanceof VerifierResult.Refused refused
          && refused.first().reason() == org.ebpf4j.verifier.result.Finding.Reason.GAVE_UP;
    }
  }

  private static final Path PINS =
      Path.of("/sys/fs/bpf/ebpf4j-verdicts-" + ProcessHandle.current().pid());

  /// Compares on all programs of the object files, as far as the kernel's verifier sees them. Maps
  /// that are shared by pins are shared in a directory of its own.
  static List<Row> of(LinuxKernel kernel, List<Path> files) throws IOException {
    var rows = new ArrayList<Row>();
    Files.createDirectory(PINS);
    try (var facts = new HostFacts()) {
      var version = facts.versionCode();
      var rules = Rules.kernel((version >> 16) + "." + (version >> 8 & 0xff));
      for (var file : files) {
        compare(kernel, facts, rules, file, rows);
      }
    } finally {
      for (var pin : pins()) {
        Files.delete(pin);
      }
      Files.delete(PINS);
    }
    return rows;
  }

  private static List<Path> pins() throws IOException {
    try (var files = Files.list(PINS)) {
      return files.toList();
    }
  }

  private static void compare(
      LinuxKernel kernel, HostFacts facts, Rules rules, Path file, List<Row> rows) {
    ObjectSpec spec;
    try {
      spec = ObjectSpec.read(file).withEachProgram(p -> p.withAutoload(p.type().isPresent()));
    } catch (BpfException e) {
      return;
    }
    Map<String, Verdict> verdicts = new HashMap<>();
    try {
      kernel.verify(spec, LoadOptions.DEFAULT.withPins(PINS), v -> verdicts.put(v.program(), v));
    } catch (BpfException e) {
      return;
    }
    FittedObject fitted;
    try {
      fitted = FittedObject.of(spec, facts, FitOptions.NONE);
    } catch (BpfException e) {
      return;
    }
    for (var program : fitted.programs()) {
      var verdict = verdicts.get(program.program().name());
      if (verdict == null
          || verdict.outcome() == Verdict.Outcome.ERROR
          || (verdict.outcome() == Verdict.Outcome.REJECTED && verdict.log().isBlank())) {
        continue;
      }
      var start = System.nanoTime();
      var ours = Verifier.check(CheckedProgram.of(fitted, program, facts), rules);
      var lines = verdict.log().strip().lines().toList();
      rows.add(
          new Row(
              file.getFileName().toString(),
              program.program().name(),
              verdict.outcome() == Verdict.Outcome.OK,
              verdict.processed(),
              lines.isEmpty() ? verdict.message() : lines.get(Math.max(0, lines.size() - 2)),
              ours,
              System.nanoTime() - start));
    }
  }

  /// Prints a line for each program, for work on the verifier: `FILE…`.
  public static void main(String[] args) throws IOException {
    var files = new ArrayList<Path>();
    for (var arg : args) {
      var path = Path.of(arg);
      if (Files.isDirectory(path)) {
        try (var found = Files.walk(path)) {
          found.filter(p -> p.toString().endsWith(".bpf.o")).sorted().forEach(files::add);
        }
      } else {
        files.add(path);
      }
    }
    var kernel = LinuxKernel.open();
    int same = 0;
    int total = 0;
    for (var row : of(kernel, files)) {
      total++;
      same += row.kernel() == row.accepted() ? 1 : 0;
      System.out.printf(
          "%s %s %s kernel=%s/%d ours=%s/%d %dus %s | %s%n",
          row.kernel() == row.accepted() ? "same" : row.kernel() ? "STRICT" : "UNSOUND",
          row.object(),
          row.program(),
          row.kernel(),
          row.processed(),
          row.accepted(),
          row.ours().effort().processed(),
          row.nanos() / 1000,
          row.message().replace('\n', ' '),
          row.kernel() ? "" : row.reason());
    }
    System.out.println(same + " of " + total);
  }
}
