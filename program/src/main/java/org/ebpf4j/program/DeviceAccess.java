package org.ebpf4j.program;

/// The context of programs that decide who uses a device (`cgroup/dev`).
///
/// `struct bpf_cgroup_dev_ctx` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the
/// byte order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class DeviceAccess extends Context {
  /// One of a test, all of whose fields are 0.
  public DeviceAccess() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public DeviceAccess(byte[] packet) {
    super("bpf_cgroup_dev_ctx", packet);
  }

  /// `access_type`.
  @At(offset = 0, size = 4)
  public int accessType() {
    return u32(0);
  }

  /// `major`.
  @At(offset = 4, size = 4)
  public int major() {
    return u32(4);
  }

  /// `minor`.
  @At(offset = 8, size = 4)
  public int minor() {
    return u32(8);
  }
}
