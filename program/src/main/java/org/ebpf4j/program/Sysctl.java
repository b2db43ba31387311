package org.ebpf4j.program;

/// The context of programs that see reads and writes of `/proc/sys` (`cgroup/sysctl`).
///
/// `struct bpf_sysctl` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class Sysctl extends Context {
  /// One of a test, all of whose fields are 0.
  public Sysctl() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public Sysctl(byte[] packet) {
    super("bpf_sysctl", packet);
  }

  /// `write`.
  @At(offset = 0, size = 4)
  public int write() {
    return u32(0);
  }

  /// `file_pos`.
  @At(offset = 4, size = 4)
  public int filePos() {
    return u32(4);
  }

  /// Sets `file_pos`.
  @At(offset = 4, size = 4)
  public void filePos(int value) {
    put(4, 4, value);
  }
}
