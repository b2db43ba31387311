package org.ebpf4j.vm.capture;

import org.ebpf4j.error.BpfException;

/// A file is no capture, or a damaged one. The message names the file, where in it, and what is
/// wrong.
public final class MalformedCaptureException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /// @param offset where in the file, in bytes
  MalformedCaptureException(String file, long offset, String problem, String advice) {
    super(file + ": at offset " + offset + ": " + problem + "\n  try: " + advice);
    this.file = file;
    this.offset = offset;
  }

  /// The file.
  public String file() {
    return file;
  }

  /// Where in it, in bytes from its begin.
  public long offset() {
    return offset;
  }
}
