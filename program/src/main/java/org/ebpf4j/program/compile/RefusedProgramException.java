package org.ebpf4j.program.compile;

import org.ebpf4j.error.BpfException;

/// A program that the compiler does not take: in which line, what, and what to write there.
public final class RefusedProgramException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;

  RefusedProgramException(String file, int line, String what, String instead) {
    super(
        file
            + (line > 0 ? ":" + line : "")
            + ": "
            + what
            + (instead.isEmpty() ? "" : "\n  try: " + instead));
    this.file = file;
    this.line = line;
  }

  /// The source file.
  public String file() {
    return file;
  }

  /// The line, or 0 where it is not known.
  public int line() {
    return line;
  }
}
