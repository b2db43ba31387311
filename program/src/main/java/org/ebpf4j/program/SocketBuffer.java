package org.ebpf4j.program;

/// The context of programs that see packets with what the kernel knows of them: `tc`, socket
/// filters, `cgroup_skb`, `lwt`, `sk_skb`.
///
/// `struct __sk_buff` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class SocketBuffer extends Context {
  /// One of a test, all of whose fields are 0.
  public SocketBuffer() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public SocketBuffer(byte[] packet) {
    super("__sk_buff", packet);
  }

  /// The packet, as far as it is in one piece.
  @PacketAt(data = 76, end = 80)
  public Packet packet() {
    return bytesOfPacket();
  }

  /// `len`.
  @At(offset = 0, size = 4)
  public int len() {
    return bytesOfPacket().length();
  }

  /// `pkt_type`.
  @At(offset = 4, size = 4)
  public int pktType() {
    return u32(4);
  }

  /// `mark`.
  @At(offset = 8, size = 4)
  public int mark() {
    return u32(8);
  }

  /// Sets `mark`.
  @At(offset = 8, size = 4)
  public void mark(int value) {
    put(8, 4, value);
  }

  /// `queue_mapping`.
  @At(offset = 12, size = 4)
  public int queueMapping() {
    return u32(12);
  }

  /// Sets `queue_mapping`.
  @At(offset = 12, size = 4)
  public void queueMapping(int value) {
    put(12, 4, value);
  }

  /// `protocol`.
  @At(offset = 16, size = 4)
  public int protocol() {
    return u32(16);
  }

  /// `vlan_present`.
  @At(offset = 20, size = 4)
  public int vlanPresent() {
    return u32(20);
  }

  /// `vlan_tci`.
  @At(offset = 24, size = 4)
  public int vlanTci() {
    return u32(24);
  }

  /// `vlan_proto`.
  @At(offset = 28, size = 4)
  public int vlanProto() {
    return u32(28);
  }

  /// `priority`.
  @At(offset = 32, size = 4)
  public int priority() {
    return u32(32);
  }

  /// Sets `priority`.
  @At(offset = 32, size = 4)
  public void priority(int value) {
    put(32, 4, value);
  }

  /// `ingress_ifindex`.
  @At(offset = 36, size = 4)
  public int ingressIfindex() {
    return u32(36);
  }

  /// `ifindex`.
  @At(offset = 40, size = 4)
  public int ifindex() {
    return u32(40);
  }

  /// `tc_index`.
  @At(offset = 44, size = 4)
  public int tcIndex() {
    return u32(44);
  }

  /// Sets `tc_index`.
  @At(offset = 44, size = 4)
  public void tcIndex(int value) {
    put(44, 4, value);
  }

  /// `cb`: one of 5 numbers, by a constant.
  @At(offset = 48, size = 4)
  public int cb(int index) {
    return u32(48 + 4 * checked(index, 5));
  }

  /// `hash`.
  @At(offset = 68, size = 4)
  public int hash() {
    return u32(68);
  }

  /// `tc_classid`.
  @At(offset = 72, size = 4)
  public int tcClassid() {
    return u32(72);
  }

  /// Sets `tc_classid`.
  @At(offset = 72, size = 4)
  public void tcClassid(int value) {
    put(72, 4, value);
  }

  /// `napi_id`.
  @At(offset = 84, size = 4)
  public int napiId() {
    return u32(84);
  }

  /// `family`.
  @At(offset = 88, size = 4)
  public int family() {
    return u32(88);
  }

  /// `remote_ip4`.
  @At(offset = 92, size = 4)
  public int remoteIp4() {
    return u32(92);
  }

  /// `local_ip4`.
  @At(offset = 96, size = 4)
  public int localIp4() {
    return u32(96);
  }

  /// `remote_ip6`: one of 4 numbers, by a constant.
  @At(offset = 100, size = 4)
  public int remoteIp6(int index) {
    return u32(100 + 4 * checked(index, 4));
  }

  /// `local_ip6`: one of 4 numbers, by a constant.
  @At(offset = 116, size = 4)
  public int localIp6(int index) {
    return u32(116 + 4 * checked(index, 4));
  }

  /// `remote_port`.
  @At(offset = 132, size = 4)
  public int remotePort() {
    return u32(132);
  }

  /// `local_port`.
  @At(offset = 136, size = 4)
  public int localPort() {
    return u32(136);
  }

  /// `tstamp`.
  @At(offset = 152, size = 8)
  public long tstamp() {
    return u64(152);
  }

  /// Sets `tstamp`.
  @At(offset = 152, size = 8)
  public void tstamp(long value) {
    put(152, 8, value);
  }

  /// `wire_len`.
  @At(offset = 160, size = 4)
  public int wireLen() {
    return u32(160);
  }

  /// `gso_segs`.
  @At(offset = 164, size = 4)
  public int gsoSegs() {
    return u32(164);
  }

  /// `gso_size`.
  @At(offset = 176, size = 4)
  public int gsoSize() {
    return u32(176);
  }

  /// `tstamp_type`, since Linux 5.18.
  @At(offset = 180, size = 1)
  public int tstampType() {
    return small(180, 1);
  }

  /// `hwtstamp`, since Linux 5.16.
  @At(offset = 184, size = 8)
  public long hwtstamp() {
    return u64(184);
  }
}
