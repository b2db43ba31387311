package org.ebpf4j.linux;

import java.util.EnumSet;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;

/// The wish to have the runs of programs counted and timed. The kernel does it for all programs,
/// until the last of those who wish it, in whatever process, has closed this or ended.
public final class RunStatistics implements AutoCloseable {
  private static final String SUBJECT = "counting the runs of programs";

  private final Fd fd;

  private RunStatistics(Fd fd) {
    this.fd = fd;
  }

  static RunStatistics start() {
    var result = Bpf.enableRunStatistics();
    if (result.errno() == Errno.EINVAL) {
      throw new UnsupportedFeatureException(
          SUBJECT,
          "5.8",
          SUBJECT
              + ": ENABLE_STATS: "
              + Errno.describe(Errno.EINVAL)
              + ": this kernel does it by the setting kernel.bpf_stats_enabled only; since 5.8 it does it for who asks");
    }
    if (!result.ok()) {
      throw Refusal.of(
          SUBJECT, "ENABLE_STATS", result.errno(), EnumSet.of(Capability.CAP_SYS_ADMIN));
    }
    return new RunStatistics(result.fd());
  }

  /// Whether it is still wished.
  public boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    fd.close();
  }
}
