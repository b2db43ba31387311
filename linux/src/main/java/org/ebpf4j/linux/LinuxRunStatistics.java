package org.ebpf4j.linux;

import java.util.EnumSet;
import org.ebpf4j.RunStatistics;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;

/// The wish to have runs counted, as a descriptor of this machine's kernel (`BPF_ENABLE_STATS`).
final class LinuxRunStatistics implements RunStatistics {
  private static final String SUBJECT = "counting the runs of programs";

  private final Fd fd;

  private LinuxRunStatistics(Fd fd) {
    this.fd = fd;
  }

  static LinuxRunStatistics start() {
    var result = Bpf.enableRunStatistics();
    if (result.errno() == Errno.EINVAL) {
      throw new UnsupportedFeatureException(
          SUBJECT,
          "5.8",
          SUBJECT
              + ": ENABLE_STATS: "
              + Errno.describe(Errno.EINVAL)
              + ": this kernel does it by the setting kernel.bpf_stats_enabled only; since 5.8 it"
              + " does it for who asks");
    }
    if (!result.ok()) {
      throw Refusal.of(
          SUBJECT, "ENABLE_STATS", result.errno(), EnumSet.of(Capability.CAP_SYS_ADMIN));
    }
    return new LinuxRunStatistics(result.fd());
  }

  @Override
  public boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return SUBJECT + (isOpen() ? "" : " (closed)");
  }
}
