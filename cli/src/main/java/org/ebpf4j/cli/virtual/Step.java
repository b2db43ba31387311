package org.ebpf4j.cli.virtual;

import java.nio.file.Path;
import java.util.Optional;

/// One thing that happens in a scenario.
sealed interface Step permits Firing, Step.Packets {
  /// Packets of a capture come in.
  ///
  /// @param in the capture
  /// @param out the file that those which programs let live are written to
  record Packets(Path in, Optional<Path> out) implements Step {}
}
