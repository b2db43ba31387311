package org.ebpf4j.linux.internal.host;

import org.ebpf4j.linux.internal.sys.Limits;

/// The limit on locked memory, which stands in the way on kernels before 5.11 only: later ones
/// charge the memory cgroup.
public final class Memlock {
  private Memlock() {}

  /// After a refusal: lifts the limit where it may be the reason. It is the whole process's, and
  /// stays lifted. True where a second attempt is worth it.
  public static boolean lift() {
    return KernelRelease.running().isBefore(5, 11)
        && Limits.isMemlockLimited()
        && Limits.liftMemlock() == 0;
  }
}
