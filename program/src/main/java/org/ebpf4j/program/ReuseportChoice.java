package org.ebpf4j.program;

/// The context of programs that choose among sockets of one port (`sk_reuseport`).
///
/// `struct sk_reuseport_md` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the
/// byte order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class ReuseportChoice extends Context {
  /// One of a test, all of whose fields are 0.
  public ReuseportChoice() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public ReuseportChoice(byte[] packet) {
    super("sk_reuseport_md", packet);
  }

  /// `len`.
  @At(offset = 16, size = 4)
  public int len() {
    return bytesOfPacket().length();
  }

  /// `eth_protocol`.
  @At(offset = 20, size = 4)
  public int ethProtocol() {
    return u32(20);
  }

  /// `ip_protocol`.
  @At(offset = 24, size = 4)
  public int ipProtocol() {
    return u32(24);
  }

  /// `bind_inany`.
  @At(offset = 28, size = 4)
  public int bindInany() {
    return u32(28);
  }

  /// `hash`.
  @At(offset = 32, size = 4)
  public int hash() {
    return u32(32);
  }
}
