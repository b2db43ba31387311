package org.ebpf4j.linux.internal.load;

import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.linux.internal.query.Pins;

/// The pins that one load made, which are to go if something that belongs to it fails.
///
/// @param paths the pins, in the order they were made
public record MadePins(Steps steps, List<Path> paths) {
  public MadePins {
    paths = List.copyOf(paths);
  }

  /// Removes them, the last first.
  ///
  /// @param failure what failed; it is told what goes wrong here
  public void undo(Throwable failure) {
    for (var path : paths.reversed()) {
      try {
        Pins.unpin(path);
        steps.report(Step.Action.UNPIN, "map", path.toString());
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
