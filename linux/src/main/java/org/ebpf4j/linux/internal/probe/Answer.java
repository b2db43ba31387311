package org.ebpf4j.linux.internal.probe;

import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.Result;

/// What came of an attempt.
enum Answer {
  YES,
  NO,
  /// It failed for a reason that says nothing of the kernel, and may not be there the next time.
  UNKNOWN;

  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final Set<Integer> PASSING =
      Set.of(Errno.EPERM, Errno.EINTR, Errno.EAGAIN, Errno.ENOMEM, ENFILE, EMFILE);

  static Answer of(boolean yes) {
    return yes ? YES : NO;
  }

  /// Of an error number, or 0.
  static Answer of(int errno) {
    return PASSING.contains(errno) ? UNKNOWN : of(errno == 0);
  }

  /// Of a call; closes what it made.
  static Answer of(Result result) {
    if (result.ok()) {
      result.fd().close();
    }
    return of(result.errno());
  }
}
