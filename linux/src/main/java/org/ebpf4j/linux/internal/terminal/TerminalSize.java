package org.ebpf4j.linux.internal.terminal;

import java.util.OptionalInt;
import org.ebpf4j.linux.internal.sys.TerminalCalls;

/// The size of a terminal.
public final class TerminalSize {
  private TerminalSize() {}

  /// How many characters a line has; empty where a descriptor is no terminal.
  public static OptionalInt columns(int fd) {
    var columns = TerminalCalls.columns(fd);
    // A terminal that does not know its size says 0.
    return columns < 0 ? OptionalInt.empty() : OptionalInt.of(columns == 0 ? 80 : columns);
  }
}
