package org.ebpf4j.program;

/// The context of programs that are told what happens to connections of TCP (`sockops`).
///
/// `struct bpf_sock_ops` of `include/uapi/linux/bpf.h`; numbers are as they are there, in the byte
/// order of the machine or of the network.
// Written by ContextSource, from the table of core: do not change it here.
public final class SocketOperation extends Context {
  /// One of a test, all of whose fields are 0.
  public SocketOperation() {
    this(new byte[0]);
  }

  /// One of a test with a packet.
  public SocketOperation(byte[] packet) {
    super("bpf_sock_ops", packet);
  }

  /// `op`.
  @At(offset = 0, size = 4)
  public int op() {
    return u32(0);
  }

  /// `args`: one of 4 numbers, by a constant.
  @At(offset = 4, size = 4)
  public int args(int index) {
    return u32(4 + 4 * checked(index, 4));
  }

  /// `reply`.
  @At(offset = 4, size = 4)
  public int reply() {
    return u32(4);
  }

  /// Sets `reply`.
  @At(offset = 4, size = 4)
  public void reply(int value) {
    put(4, 4, value);
  }

  /// `replylong`: one of 4 numbers, by a constant.
  @At(offset = 4, size = 4)
  public int replylong(int index) {
    return u32(4 + 4 * checked(index, 4));
  }

  /// `family`.
  @At(offset = 20, size = 4)
  public int family() {
    return u32(20);
  }

  /// `remote_ip4`.
  @At(offset = 24, size = 4)
  public int remoteIp4() {
    return u32(24);
  }

  /// `local_ip4`.
  @At(offset = 28, size = 4)
  public int localIp4() {
    return u32(28);
  }

  /// `remote_ip6`: one of 4 numbers, by a constant.
  @At(offset = 32, size = 4)
  public int remoteIp6(int index) {
    return u32(32 + 4 * checked(index, 4));
  }

  /// `local_ip6`: one of 4 numbers, by a constant.
  @At(offset = 48, size = 4)
  public int localIp6(int index) {
    return u32(48 + 4 * checked(index, 4));
  }

  /// `remote_port`.
  @At(offset = 64, size = 4)
  public int remotePort() {
    return u32(64);
  }

  /// `local_port`.
  @At(offset = 68, size = 4)
  public int localPort() {
    return u32(68);
  }

  /// `is_fullsock`.
  @At(offset = 72, size = 4)
  public int isFullsock() {
    return u32(72);
  }

  /// `snd_cwnd`.
  @At(offset = 76, size = 4)
  public int sndCwnd() {
    return u32(76);
  }

  /// `srtt_us`.
  @At(offset = 80, size = 4)
  public int srttUs() {
    return u32(80);
  }

  /// `bpf_sock_ops_cb_flags`.
  @At(offset = 84, size = 4)
  public int bpfSockOpsCbFlags() {
    return u32(84);
  }

  /// `state`.
  @At(offset = 88, size = 4)
  public int state() {
    return u32(88);
  }

  /// `rtt_min`.
  @At(offset = 92, size = 4)
  public int rttMin() {
    return u32(92);
  }

  /// `snd_ssthresh`.
  @At(offset = 96, size = 4)
  public int sndSsthresh() {
    return u32(96);
  }

  /// `rcv_nxt`.
  @At(offset = 100, size = 4)
  public int rcvNxt() {
    return u32(100);
  }

  /// `snd_nxt`.
  @At(offset = 104, size = 4)
  public int sndNxt() {
    return u32(104);
  }

  /// `snd_una`.
  @At(offset = 108, size = 4)
  public int sndUna() {
    return u32(108);
  }

  /// `mss_cache`.
  @At(offset = 112, size = 4)
  public int mssCache() {
    return u32(112);
  }

  /// `ecn_flags`.
  @At(offset = 116, size = 4)
  public int ecnFlags() {
    return u32(116);
  }

  /// `rate_delivered`.
  @At(offset = 120, size = 4)
  public int rateDelivered() {
    return u32(120);
  }

  /// `rate_interval_us`.
  @At(offset = 124, size = 4)
  public int rateIntervalUs() {
    return u32(124);
  }

  /// `packets_out`.
  @At(offset = 128, size = 4)
  public int packetsOut() {
    return u32(128);
  }

  /// `retrans_out`.
  @At(offset = 132, size = 4)
  public int retransOut() {
    return u32(132);
  }

  /// `total_retrans`.
  @At(offset = 136, size = 4)
  public int totalRetrans() {
    return u32(136);
  }

  /// `segs_in`.
  @At(offset = 140, size = 4)
  public int segsIn() {
    return u32(140);
  }

  /// `data_segs_in`.
  @At(offset = 144, size = 4)
  public int dataSegsIn() {
    return u32(144);
  }

  /// `segs_out`.
  @At(offset = 148, size = 4)
  public int segsOut() {
    return u32(148);
  }

  /// `data_segs_out`.
  @At(offset = 152, size = 4)
  public int dataSegsOut() {
    return u32(152);
  }

  /// `lost_out`.
  @At(offset = 156, size = 4)
  public int lostOut() {
    return u32(156);
  }

  /// `sacked_out`.
  @At(offset = 160, size = 4)
  public int sackedOut() {
    return u32(160);
  }

  /// `sk_txhash`.
  @At(offset = 164, size = 4)
  public int skTxhash() {
    return u32(164);
  }

  /// Sets `sk_txhash`.
  @At(offset = 164, size = 4)
  public void skTxhash(int value) {
    put(164, 4, value);
  }

  /// `bytes_received`.
  @At(offset = 168, size = 8)
  public long bytesReceived() {
    return u64(168);
  }

  /// `bytes_acked`.
  @At(offset = 176, size = 8)
  public long bytesAcked() {
    return u64(176);
  }

  /// `skb_len`.
  @At(offset = 208, size = 4)
  public int skbLen() {
    return u32(208);
  }

  /// `skb_tcp_flags`.
  @At(offset = 212, size = 4)
  public int skbTcpFlags() {
    return u32(212);
  }

  /// `skb_hwtstamp`, since Linux 6.2.
  @At(offset = 216, size = 8)
  public long skbHwtstamp() {
    return u64(216);
  }
}
