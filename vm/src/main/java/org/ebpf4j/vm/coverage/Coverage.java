package org.ebpf4j.vm.coverage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.ebpf4j.error.BpfException;

/// What programs have executed: by program, by function, and by line of C. A value; those of
/// several kernels and runs are put together with [#plus(Coverage)].
///
/// A branch is a conditional jump of a program. The compiler makes one, several or none of an `if`,
/// and copies those of a function that it inlines; `may_goto` counts as none.
///
/// @param programs the programs that were loaded, also those that never ran
public record Coverage(List<ProgramCoverage> programs) {
  /// That of no program.
  public static final Coverage NONE = new Coverage(List.of());

  public Coverage {
    programs = List.copyOf(programs);
  }

  /// That of programs, of which those that are the same count as one.
  public static Coverage of(Collection<ProgramCoverage> programs) {
    var sums = new LinkedHashMap<ProgramCoverage.Key, ProgramCoverage>();
    programs.forEach(p -> sums.merge(p.key(), p, ProgramCoverage::plus));
    return new Coverage(List.copyOf(sums.values()));
  }

  /// Both together.
  public Coverage plus(Coverage other) {
    var all = new ArrayList<>(programs);
    all.addAll(other.programs);
    return of(all);
  }

  /// The functions of all programs. The copies of one in several programs count as one.
  public List<FunctionCoverage> functions() {
    var sums = new LinkedHashMap<FunctionCoverage.Key, FunctionCoverage>();
    for (var program : programs) {
      program.functions().forEach(f -> sums.merge(f.key(), f, FunctionCoverage::plus));
    }
    return List.copyOf(sums.values());
  }

  /// The source files that the programs came from, by their paths.
  public List<FileCoverage> files() {
    return FileCoverage.of(functions());
  }

  /// How many lines were executed, at least in part.
  public Ratio lineRatio() {
    return FileCoverage.lineRatio(files());
  }

  /// How many ways of conditional jumps were gone.
  public Ratio branchRatio() {
    return functions().stream().map(FunctionCoverage::branchRatio).reduce(Ratio.NONE, Ratio::plus);
  }

  /// How many instructions were executed.
  public Ratio instructionRatio() {
    return functions().stream()
        .map(FunctionCoverage::instructionRatio)
        .reduce(Ratio.NONE, Ratio::plus);
  }

  /// A summary for people: totals, programs, functions, and the lines that were missed.
  public String text() {
    return new TextReport(this).write();
  }

  /// The same in the format of LCOV, which `genhtml`, editors and services for coverage read.
  public String lcov() {
    return new LcovReport(this).write();
  }

  /// A page of HTML that needs nothing else: totals, and the source with what was executed of each
  /// line. It has the lines that became instructions, which the objects tell.
  public String html() {
    return html(List.of());
  }

  /// The same with all lines of source files that are found: at their path as clang was given it,
  /// below one of these folders. A file that differs from what the objects say is left out.
  public String html(List<Path> sources) {
    return new HtmlReport(this, new SourceFiles(sources)).write();
  }

  /// Writes `coverage.txt`, `lcov.info` and `coverage.html` into a folder, which is made where it
  /// is missing.
  ///
  /// @param sources folders that source files are looked for in
  /// @throws BpfException where that cannot be done
  public void write(Path directory, List<Path> sources) {
    try {
      Files.createDirectories(directory);
      report(directory, sources);
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /// The same, together with what other JVMs of the same run have written into the folder before,
  /// so that tests in several JVMs come to one report. What is put together is kept in
  /// `coverage.data`.
  ///
  /// @param run what these JVMs have in common; what those of another have written is forgotten
  /// @throws BpfException where that cannot be done
  public void writeMore(Path directory, List<Path> sources, String run) {
    try {
      Files.createDirectories(directory);
      new CoverageFile(directory, run).add(this, sum -> sum.report(directory, sources));
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  private void report(Path directory, List<Path> sources) throws IOException {
    Files.writeString(directory.resolve("coverage.txt"), text());
    Files.writeString(directory.resolve("lcov.info"), lcov());
    Files.writeString(directory.resolve("coverage.html"), html(sources));
  }

  private static BpfException failed(Path directory, IOException e) {
    return new BpfException(
        "coverage cannot be written to " + directory + ": " + e.getMessage(), e);
  }
}
