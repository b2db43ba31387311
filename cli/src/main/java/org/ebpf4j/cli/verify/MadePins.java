package org.ebpf4j.cli.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ebpf4j.Step;
import org.ebpf4j.Verdict;
import org.ebpf4j.linux.PinDirectory;

/// The pins that are made on the way, which go again with the verdict on the program that wanted
/// them.
final class MadePins implements AutoCloseable {
  private final List<Path> paths = new ArrayList<>();

  void note(Step step) {
    if (step.action() == Step.Action.PIN) {
      paths.add(Path.of(step.detail()));
    } else if (step.action() == Step.Action.UNPIN) {
      paths.remove(Path.of(step.detail()));
    }
  }

  Consumer<Verdict> removedAfter(Consumer<Verdict> verdicts) {
    return verdict -> {
      close();
      verdicts.accept(verdict);
    };
  }

  @Override
  public void close() {
    if (!paths.isEmpty()) {
      var made = List.copyOf(paths);
      paths.clear();
      PinDirectory.unpin(made);
    }
  }
}
