package org.ebpf4j.linux.internal.sys;

import org.ebpf4j.error.Errno;

/// `PROG_LOAD` with a log of the verifier, of which a few MB are kept at most.
///
/// A log may have hundreds of MB. Since 6.4 the kernel keeps the end of a log that does not fit
/// into its buffer, and says how large all of it is; before, it keeps the beginning. In both cases
/// it refuses with `ENOSPC`, whatever it thinks of the program.
public final class LoggedLoad {
  /// The size of the first buffer; of a log that is larger than [#MOST], so much is kept.
  static final int FIRST = 1024 * 1024;

  /// The largest log that is kept whole where the kernel says its size.
  static final int MOST = 4 * 1024 * 1024;

  /// The largest buffer that is tried where it does not: the largest that each kernel takes.
  static final int MOST_OF_OLD = (1 << 24) - 1;

  private static final int FIRST_OF_NUMBERS = 64 * 1024;

  /// The bits of a log level that have the verifier tell what it does, not only numbers.
  private static final int PATHS_OR_ALL = 3;

  /// Where nobody knows yet what the kernel thinks of the program.
  private static final int UNKNOWN = -1;

  /// One call.
  interface Call {
    ProgramLoad.Outcome load(int logLevel, int logSize);
  }

  private final Call call;

  LoggedLoad(Call call) {
    this.call = call;
  }

  /// Loads of a program.
  public LoggedLoad(ProgramLoad load) {
    this((level, size) -> Bpf.progLoad(load, level, size));
  }

  /// Loads it. `ENOSPC` is never the outcome of a log that is too long.
  ///
  /// @param logLevel what the verifier writes: 0 nothing, 1 the paths it takes, 2 all, 4 numbers
  public ProgramLoad.Outcome load(int logLevel) {
    return load(logLevel, UNKNOWN);
  }

  /// Loads a program again that the kernel has refused, to see why. The outcome is another only
  /// where the fault came and went.
  ///
  /// @param errno what it was refused with
  public ProgramLoad.Outcome explain(int logLevel, int errno) {
    return load(logLevel, errno);
  }

  private ProgramLoad.Outcome load(int logLevel, int knownErrno) {
    if (logLevel == 0) {
      return call.load(0, 0);
    }
    var size = (logLevel & PATHS_OR_ALL) == 0 ? FIRST_OF_NUMBERS : FIRST;
    var outcome = call.load(logLevel, size);
    while (isCut(outcome) && size < most(outcome, knownErrno)) {
      size =
          saysSize(outcome)
              ? (int) Math.max(outcome.neededLogSize(), size + 1L)
              : Math.min(MOST_OF_OLD, size * 4);
      outcome = call.load(logLevel, size);
    }
    if (!isCut(outcome)) {
      return outcome;
    }
    var result = knownErrno == UNKNOWN ? call.load(0, 0).result() : Result.of(-knownErrno);
    return new ProgramLoad.Outcome(
        result,
        saysSize(outcome) ? end(outcome.log()) : beginning(outcome.log()),
        outcome.neededLogSize(),
        saysSize(outcome) ? ProgramLoad.Kept.END : ProgramLoad.Kept.BEGINNING,
        outcome.interruptions());
  }

  private static boolean isCut(ProgramLoad.Outcome outcome) {
    return outcome.result().errno() == Errno.ENOSPC;
  }

  /// Whether the kernel is one that says how large the log is, and keeps its end.
  private static boolean saysSize(ProgramLoad.Outcome outcome) {
    return outcome.neededLogSize() > 0;
  }

  /// How large a buffer is tried at most. The log of a program that is too large tells nothing more
  /// at its end than at its beginning.
  private static int most(ProgramLoad.Outcome outcome, int knownErrno) {
    if (saysSize(outcome)) {
      return outcome.neededLogSize() > MOST ? 0 : MOST;
    }
    return knownErrno == Errno.E2BIG ? 0 : MOST_OF_OLD;
  }

  /// The log without the line that it begins in the middle of.
  private static String end(String log) {
    return log.substring(log.indexOf('\n') + 1);
  }

  /// At most [#MOST] characters, without a line that is cut off.
  private static String beginning(String log) {
    return log.substring(0, log.lastIndexOf('\n', MOST) + 1);
  }
}
