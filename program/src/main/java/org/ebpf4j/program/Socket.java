package org.ebpf4j.program;

/// A socket, as programs see it. A lookup gives one; it is released in the end.
///
/// `struct bpf_sock` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class Socket extends Context {
  /// One of a test, all of whose fields are 0.
  public Socket() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public Socket(byte[] packet) {
    super("bpf_sock", packet);
  }

  /// `bound_dev_if`.
  @At(offset = 0, size = 4)
  public int boundDevIf() {
    return u32(0);
  }

  /// Sets `bound_dev_if`.
  @At(offset = 0, size = 4)
  public void boundDevIf(int value) {
    put(0, 4, value);
  }

  /// `family`.
  @At(offset = 4, size = 4)
  public int family() {
    return u32(4);
  }

  /// `type`.
  @At(offset = 8, size = 4)
  public int type() {
    return u32(8);
  }

  /// `protocol`.
  @At(offset = 12, size = 4)
  public int protocol() {
    return u32(12);
  }

  /// `mark`.
  @At(offset = 16, size = 4)
  public int mark() {
    return u32(16);
  }

  /// Sets `mark`.
  @At(offset = 16, size = 4)
  public void mark(int value) {
    put(16, 4, value);
  }

  /// `priority`.
  @At(offset = 20, size = 4)
  public int priority() {
    return u32(20);
  }

  /// Sets `priority`.
  @At(offset = 20, size = 4)
  public void priority(int value) {
    put(20, 4, value);
  }

  /// `src_ip4`.
  @At(offset = 24, size = 4)
  public int srcIp4() {
    return u32(24);
  }

  /// `src_ip6`: one of 4 numbers, by a constant.
  @At(offset = 28, size = 4)
  public int srcIp6(int index) {
    return u32(28 + 4 * checked(index, 4));
  }

  /// `src_port`.
  @At(offset = 44, size = 4)
  public int srcPort() {
    return u32(44);
  }

  /// `dst_port`.
  @At(offset = 48, size = 2)
  public int dstPort() {
    return small(48, 2);
  }

  /// `dst_ip4`.
  @At(offset = 52, size = 4)
  public int dstIp4() {
    return u32(52);
  }

  /// `dst_ip6`: one of 4 numbers, by a constant.
  @At(offset = 56, size = 4)
  public int dstIp6(int index) {
    return u32(56 + 4 * checked(index, 4));
  }

  /// `state`.
  @At(offset = 72, size = 4)
  public int state() {
    return u32(72);
  }

  /// `rx_queue_mapping`.
  @At(offset = 76, size = 4)
  public int rxQueueMapping() {
    return u32(76);
  }
}
