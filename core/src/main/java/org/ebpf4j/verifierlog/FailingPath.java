package org.ebpf4j.verifierlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The path that led to the fault, from its end to its beginning.
///
/// The verifier follows one branch, and keeps the other for later, the one that was kept last
/// first. A log of level 1 has the failing path only, one of level 2 all paths: where a kept branch
/// is taken up, the path goes on before it at the instruction that kept it, and what lies between
/// belongs to other paths. As branches that are taken up and branches that are kept are nested like
/// brackets, that instruction is found by counting.
final class FailingPath {
  /// How many branches that are taken up may lie in each other.
  private static final int MOST_PENDING = 1 << 20;

  private static final int MOST_UNNAMED = 4096;

  private final LogLines lines;

  /// The instructions that kept the branches which are not found yet.
  private int[] pending = new int[16];

  private int pendingCount;
  private int depth;
  private int next = -1;
  private boolean begun;
  private boolean atBeginning;

  /// What the log says of registers behind the step to come, the latest first.
  private final StringBuilder state = new StringBuilder();

  /// Steps whose line of C comes before them in the log.
  private final List<PathStep> unnamed = new ArrayList<>();

  FailingPath(LogLines lines) {
    this.lines = lines;
  }

  /// The step before; null where the function begins, or the log.
  @Nullable PathStep previous() {
    while (!atBeginning) {
      var line = lines.previous();
      if (line == null) {
        // The first instruction, or the registers that a function begins with.
        atBeginning = pendingCount == 0 && (next == 0 || state.indexOf("R10=fp0") >= 0);
        return null;
      }
      var step = step(LogLine.of(line));
      if (step != null) {
        return step;
      }
    }
    return null;
  }

  /// Whether the path was read to its beginning, and not only to that of the log.
  boolean isWhole() {
    return atBeginning;
  }

  /// Reads on until the line of C of the last step is known, as far as that is near.
  void nameLast() {
    for (int i = 0; i < 64 && !unnamed.isEmpty() && pendingCount == 0; i++) {
      var line = lines.previous();
      if (line == null) {
        return;
      }
      switch (LogLine.of(line)) {
        case LogLine.Source source -> name(source.line());
        case LogLine.Resumed _, LogLine.Frame _ -> {
          return;
        }
        case LogLine.Instruction _, LogLine.State _, LogLine.Work _, LogLine.Telling _ -> {}
      }
    }
  }

  private @Nullable PathStep step(LogLine line) {
    switch (line) {
      case LogLine.Instruction instruction -> {
        if (pendingCount > 0) {
          if (pending[pendingCount - 1] != instruction.slot()) {
            return null;
          }
          pendingCount--;
          if (pendingCount > 0) {
            return null;
          }
          return step(instruction, false);
        }
        return step(instruction, true);
      }
      case LogLine.Resumed from -> resume(from);
      case LogLine.Source source -> {
        if (pendingCount == 0) {
          name(source.line());
        }
      }
      case LogLine.Frame frame -> {
        if (pendingCount == 0) {
          depth += frame.entered() ? -1 : 1;
          unnamed.clear();
        }
      }
      case LogLine.State registers -> {
        if (pendingCount == 0 && !registers.text().contains(" state:")) {
          add(registers.text());
        }
      }
      case LogLine.Work work -> atBeginning |= work.begins() && begun;
      case LogLine.Telling _ -> {}
    }
    return null;
  }

  /// @param direct whether what the line says of registers is of this path, and not of the branch
  ///   that was followed first
  private PathStep step(LogLine.Instruction instruction, boolean direct) {
    if (direct) {
      add(instruction.state());
    }
    var step =
        new PathStep(
            instruction.slot(),
            instruction.text(),
            state.toString(),
            next,
            depth,
            !direct || instruction.resumed());
    state.setLength(0);
    next = instruction.slot();
    begun = true;
    if (unnamed.size() < MOST_UNNAMED) {
      unnamed.add(step);
    }
    return step;
  }

  private void resume(LogLine.Resumed from) {
    if (pendingCount == 0) {
      add(from.state());
      unnamed.clear();
      if (!begun) {
        next = from.to();
      }
    }
    if (pendingCount < MOST_PENDING) {
      if (pendingCount == pending.length) {
        pending = Arrays.copyOf(pending, pendingCount * 2);
      }
      pending[pendingCount++] = from.from();
    }
  }

  private void add(String registers) {
    if (state.length() < LogLines.LONGEST) {
      state.append(registers).append(' ');
    }
  }

  private void name(SourceLine line) {
    unnamed.forEach(step -> step.setLine(line));
    unnamed.clear();
  }
}
