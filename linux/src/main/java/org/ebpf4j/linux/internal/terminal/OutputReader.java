package org.ebpf4j.linux.internal.terminal;

import org.ebpf4j.linux.internal.sys.TerminalCalls;

/// Who reads what is printed.
public final class OutputReader {
  private OutputReader() {}

  /// Whether nobody reads a descriptor any more, as behind `| head -1`: known before anything more
  /// is written.
  public static boolean isGone(int fd) {
    return TerminalCalls.isHungUp(fd);
  }
}
