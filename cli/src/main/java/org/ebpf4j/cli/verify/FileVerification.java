package org.ebpf4j.cli.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ebpf4j.Verdict;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;

/// Asks for the verdicts on the programs of one file after the other. Whatever one file leads to,
/// it comes to verdicts, so that the next can follow.
///
/// @param read reads a file
/// @param kernel tells what the kernel says of each program of it
/// @param faults is given what should never have been thrown
record FileVerification(
    Function<String, ObjectSpec> read, Kernel kernel, Consumer<Throwable> faults) {
  /// Who judges the programs of an object.
  interface Kernel {
    void verify(ObjectSpec spec, Consumer<Verdict> verdicts);
  }

  /// The verdicts on the programs of a file, in their order; none where it has no programs, and one
  /// without a program where it cannot be opened.
  List<FileVerdict> verify(String file) {
    ObjectSpec spec;
    try {
      spec = read.apply(file);
    } catch (RuntimeException | Error e) {
      return List.of(FileVerdict.unopened(file, explain(e)));
    }
    var verdicts = new ArrayList<FileVerdict>();
    try {
      kernel.verify(spec, verdict -> verdicts.add(FileVerdict.of(file, verdict)));
    } catch (RuntimeException | Error e) {
      addUnasked(file, spec, explain(e), verdicts);
    }
    return verdicts;
  }

  /// An error of ours in the midst of a file must not hide the programs after it.
  private static void addUnasked(
      String file, ObjectSpec spec, String message, List<FileVerdict> verdicts) {
    var told = new HashMap<String, Integer>();
    verdicts.forEach(v -> told.merge(v.verdict().program(), 1, Integer::sum));
    var first = true;
    for (var program : spec.programs()) {
      if (told.merge(program.name(), -1, Integer::sum) < 0) {
        verdicts.add(
            FileVerdict.unasked(
                file,
                program,
                first ? message : "not looked at, as the one before met " + message));
        first = false;
      }
    }
  }

  private String explain(Throwable e) {
    if (!(e instanceof BpfException)) {
      faults.accept(e);
    }
    return Failure.describe(e);
  }
}
