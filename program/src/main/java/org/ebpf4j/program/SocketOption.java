package org.ebpf4j.program;

/// The context of programs that see options of sockets (`cgroup/getsockopt`, `cgroup/setsockopt`).
///
/// `struct bpf_sockopt` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class SocketOption extends Context {
  /// One of a test, all of whose fields are 0.
  public SocketOption() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public SocketOption(byte[] packet) {
    super("bpf_sockopt", packet);
  }

  /// `level`.
  @At(offset = 24, size = 4)
  public int level() {
    return u32(24);
  }

  /// Sets `level`.
  @At(offset = 24, size = 4)
  public void level(int value) {
    put(24, 4, value);
  }

  /// `optname`.
  @At(offset = 28, size = 4)
  public int optname() {
    return u32(28);
  }

  /// Sets `optname`.
  @At(offset = 28, size = 4)
  public void optname(int value) {
    put(28, 4, value);
  }

  /// `optlen`.
  @At(offset = 32, size = 4)
  public int optlen() {
    return u32(32);
  }

  /// Sets `optlen`.
  @At(offset = 32, size = 4)
  public void optlen(int value) {
    put(32, 4, value);
  }

  /// `retval`.
  @At(offset = 36, size = 4)
  public int retval() {
    return u32(36);
  }

  /// Sets `retval`.
  @At(offset = 36, size = 4)
  public void retval(int value) {
    put(36, 4, value);
  }
}
