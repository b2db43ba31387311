package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// Whether what processes have open is one and the same, and on which filesystem paths are.
public final class FileIdentity {
  private static final int KCMP_FILE = 0;
  private static final int KCMP_FILES = 2;
  private static final int STATFS_SIZE = 120;

  private FileIdentity() {}

  /// Compares two descriptors of threads: 0 where they stand for one open file, positive for two,
  /// or an error number negated.
  public static long compareFiles(int thread, int descriptor, int otherThread, int other) {
    return Native.call(SystemCall.KCMP, thread, otherThread, KCMP_FILE, descriptor, other, 0);
  }

  /// Compares the tables of descriptors of two threads: 0 where they share one, positive for two,
  /// or an error number negated.
  public static long compareTables(int thread, int other) {
    return Native.call(SystemCall.KCMP, thread, other, KCMP_FILES, 0, 0, 0);
  }

  /// The number of the type of the filesystem that a path is on (`*_SUPER_MAGIC`), or an error
  /// number negated.
  public static long filesystem(String path) {
    try (var arena = Arena.ofConfined()) {
      var status = arena.allocate(STATFS_SIZE, 8);
      var result =
          Native.call(SystemCall.STATFS, arena.allocateFrom(path).address(), status.address(), 0);
      return result < 0 ? result : status.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
