package org.ebpf4j.program;

/// The context of programs that choose the socket of a packet (`sk_lookup`).
///
/// `struct bpf_sk_lookup` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class SocketLookup extends Context {
  /// One of a test, all of whose fields are 0.
  public SocketLookup() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public SocketLookup(byte[] packet) {
    super("bpf_sk_lookup", packet);
  }

  /// `cookie`.
  @At(offset = 0, size = 8)
  public long cookie() {
    return u64(0);
  }

  /// `family`.
  @At(offset = 8, size = 4)
  public int family() {
    return u32(8);
  }

  /// `protocol`.
  @At(offset = 12, size = 4)
  public int protocol() {
    return u32(12);
  }

  /// `remote_ip4`.
  @At(offset = 16, size = 4)
  public int remoteIp4() {
    return u32(16);
  }

  /// `remote_ip6`: one of 4 numbers, by a constant.
  @At(offset = 20, size = 4)
  public int remoteIp6(int index) {
    return u32(20 + 4 * checked(index, 4));
  }

  /// `remote_port`.
  @At(offset = 36, size = 4)
  public int remotePort() {
    return u32(36);
  }

  /// `local_ip4`.
  @At(offset = 40, size = 4)
  public int localIp4() {
    return u32(40);
  }

  /// `local_ip6`: one of 4 numbers, by a constant.
  @At(offset = 44, size = 4)
  public int localIp6(int index) {
    return u32(44 + 4 * checked(index, 4));
  }

  /// `local_port`.
  @At(offset = 60, size = 4)
  public int localPort() {
    return u32(60);
  }

  /// `ingress_ifindex`, since Linux 5.17.
  @At(offset = 64, size = 4)
  public int ingressIfindex() {
    return u32(64);
  }
}
