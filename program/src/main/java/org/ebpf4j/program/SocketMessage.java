package org.ebpf4j.program;

/// The context of programs that see what is sent into a socket (`sk_msg`).
///
/// `struct sk_msg_md` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class SocketMessage extends Context {
  /// One of a test, all of whose fields are 0.
  public SocketMessage() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public SocketMessage(byte[] packet) {
    super("sk_msg_md", packet);
  }

  /// `family`.
  @At(offset = 16, size = 4)
  public int family() {
    return u32(16);
  }

  /// `remote_ip4`.
  @At(offset = 20, size = 4)
  public int remoteIp4() {
    return u32(20);
  }

  /// `local_ip4`.
  @At(offset = 24, size = 4)
  public int localIp4() {
    return u32(24);
  }

  /// `remote_ip6`: one of 4 numbers, by a constant.
  @At(offset = 28, size = 4)
  public int remoteIp6(int index) {
    return u32(28 + 4 * checked(index, 4));
  }

  /// `local_ip6`: one of 4 numbers, by a constant.
  @At(offset = 44, size = 4)
  public int localIp6(int index) {
    return u32(44 + 4 * checked(index, 4));
  }

  /// `remote_port`.
  @At(offset = 60, size = 4)
  public int remotePort() {
    return u32(60);
  }

  /// `local_port`.
  @At(offset = 64, size = 4)
  public int localPort() {
    return u32(64);
  }

  /// `size`.
  @At(offset = 68, size = 4)
  public int size() {
    return bytesOfPacket().length();
  }
}
