package org.ebpf4j.program;

/// The context of programs that see and change addresses of system calls on sockets
/// (`cgroup/connect4` and its like).
///
/// `struct bpf_sock_addr` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class SocketAddress extends Context {
  /// One of a test, all of whose fields are 0.
  public SocketAddress() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public SocketAddress(byte[] packet) {
    super("bpf_sock_addr", packet);
  }

  /// `user_family`.
  @At(offset = 0, size = 4)
  public int userFamily() {
    return u32(0);
  }

  /// `user_ip4`.
  @At(offset = 4, size = 4)
  public int userIp4() {
    return u32(4);
  }

  /// Sets `user_ip4`.
  @At(offset = 4, size = 4)
  public void userIp4(int value) {
    put(4, 4, value);
  }

  /// `user_ip6`: one of 4 numbers, by a constant.
  @At(offset = 8, size = 4)
  public int userIp6(int index) {
    return u32(8 + 4 * checked(index, 4));
  }

  /// `user_port`.
  @At(offset = 24, size = 4)
  public int userPort() {
    return u32(24);
  }

  /// Sets `user_port`.
  @At(offset = 24, size = 4)
  public void userPort(int value) {
    put(24, 4, value);
  }

  /// `family`.
  @At(offset = 28, size = 4)
  public int family() {
    return u32(28);
  }

  /// `type`.
  @At(offset = 32, size = 4)
  public int type() {
    return u32(32);
  }

  /// `protocol`.
  @At(offset = 36, size = 4)
  public int protocol() {
    return u32(36);
  }

  /// `msg_src_ip4`.
  @At(offset = 40, size = 4)
  public int msgSrcIp4() {
    return u32(40);
  }

  /// Sets `msg_src_ip4`.
  @At(offset = 40, size = 4)
  public void msgSrcIp4(int value) {
    put(40, 4, value);
  }

  /// `msg_src_ip6`: one of 4 numbers, by a constant.
  @At(offset = 44, size = 4)
  public int msgSrcIp6(int index) {
    return u32(44 + 4 * checked(index, 4));
  }
}
