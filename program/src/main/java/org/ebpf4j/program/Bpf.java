package org.ebpf4j.program;

import org.ebpf4j.program.jvm.Environment;
import org.jspecify.annotations.Nullable;

/// The helper functions of the kernel ([org.ebpf4j.insn.HelperFunction]). Those that take a map are
/// methods of maps ([org.ebpf4j.program.map]). Where the kernel takes memory and its size, Java has
/// an array or an object.
///
/// On the JVM they do what [Environment] says: what a kernel does where that makes sense there, and
/// what a test says for others.
// The methods are written by BpfSource, from the table of core: do not change them here.
@SuppressWarnings("TypeParameterUnusedInFormals") // The caller says what kernel type it is.
public final class Bpf {
  private Bpf() {}

  private static long number(int helper, @Nullable Object... arguments) {
    return Environment.current().number(helper, arguments);
  }

  @SuppressWarnings("unchecked") // The caller says what it is, as with the kernel.
  private static <T> @Nullable T object(int helper, @Nullable Object... arguments) {
    return (T) Environment.current().object(helper, arguments);
  }

  /// Writes a line into the trace, for people to read.
  @Helper(6)
  public static long printk(String format) {
    return number(6, format);
  }

  /// Writes a line with a number in it, where the format has `%d` or its like.
  @Helper(6)
  public static long printk(String format, long first) {
    return number(6, format, first);
  }

  /// Writes a line with two numbers in it.
  @Helper(6)
  public static long printk(String format, long first, long second) {
    return number(6, format, first, second);
  }

  /// Writes a line with three numbers in it.
  @Helper(6)
  public static long printk(String format, long first, long second, long third) {
    return number(6, format, first, second, third);
  }

  /// What is done in a round of [#loop(int, Round)].
  @FunctionalInterface
  public interface Round {
    /// Does it.
    ///
    /// @param index the number of the round, from 0
    /// @return whether to go on
    boolean run(int index);
  }

  /// Does something many times, which the verifier looks at once: how many rounds there were.
  ///
  /// `long bpf_loop(u32 nr_loops, void *callback_fn, void *callback_ctx, u64 flags)`, since Linux
  /// 5.17.
  ///
  /// @param times at most 8,388,608
  @Helper(value = 181, trailing = 0)
  public static long loop(int times, Round round) {
    if (Integer.compareUnsigned(times, 1 << 23) > 0) {
      return -org.ebpf4j.error.Errno.E2BIG;
    }
    for (int i = 0; i < times; i++) {
      if (!round.run(i)) {
        return i + 1L;
      }
    }
    return times;
  }

  /// Copies memory of the kernel or of a process from an address; newer kernels tell the two apart.
  ///
  /// `long bpf_probe_read(void *dst, u32 size, const void *unsafe_ptr)`, since Linux 4.1, for
  /// programs under the GPL.
  @Helper(4)
  public static long probeRead(Object dst, long unsafePtr) {
    return number(4, dst, unsafePtr);
  }

  /// Nanoseconds since the machine started, without the time that it slept.
  ///
  /// `u64 bpf_ktime_get_ns(void)`, since Linux 4.1.
  @Helper(5)
  public static long ktimeNs() {
    return number(5);
  }

  /// A random number of 32 bits.
  ///
  /// `u32 bpf_get_prandom_u32(void)`, since Linux 4.17.
  @Helper(7)
  public static int randomU32() {
    return (int) number(7);
  }

  /// The number of the CPU that the program runs on.
  ///
  /// `u32 bpf_get_smp_processor_id(void)`, since Linux 4.1.
  @Helper(8)
  public static int smpProcessorId() {
    return (int) number(8);
  }

  /// Writes bytes into the packet.
  ///
  /// `long bpf_skb_store_bytes(struct sk_buff *skb, u32 offset, const void *from, u32 len, u64
  /// flags)`, since Linux 4.1.
  @Helper(9)
  public static long skbStoreBytes(SocketBuffer skb, int offset, Object from, long flags) {
    return number(9, skb, offset, from, flags);
  }

  /// `long bpf_l3_csum_replace(struct sk_buff *skb, u32 offset, u64 from, u64 to, u64 size)`, since
  /// Linux 4.1.
  @Helper(10)
  public static long l3CsumReplace(SocketBuffer skb, int offset, long from, long to, long size) {
    return number(10, skb, offset, from, to, size);
  }

  /// `long bpf_l4_csum_replace(struct sk_buff *skb, u32 offset, u64 from, u64 to, u64 flags)`,
  /// since Linux 4.1.
  @Helper(11)
  public static long l4CsumReplace(SocketBuffer skb, int offset, long from, long to, long flags) {
    return number(11, skb, offset, from, to, flags);
  }

  /// `long bpf_clone_redirect(struct sk_buff *skb, u32 ifindex, u64 flags)`, since Linux 4.2.
  @Helper(13)
  public static long cloneRedirect(SocketBuffer skb, int ifindex, long flags) {
    return number(13, skb, ifindex, flags);
  }

  /// The id of the process (`tgid`) in the high half, and that of the thread (`pid`) in the low
  /// half.
  ///
  /// `u64 bpf_get_current_pid_tgid(void)`, since Linux 4.2.
  @Helper(14)
  public static long currentPidTgid() {
    return number(14);
  }

  /// The id of the group in the high half, and that of the user in the low half.
  ///
  /// `u64 bpf_get_current_uid_gid(void)`, since Linux 4.2.
  @Helper(15)
  public static long currentUidGid() {
    return number(15);
  }

  /// Copies the name of the current task, which ends with a zero, into memory.
  ///
  /// `long bpf_get_current_comm(void *buf, u32 size_of_buf)`, since Linux 4.2.
  @Helper(16)
  public static long currentComm(Object buf) {
    return number(16, buf);
  }

  /// `u32 bpf_get_cgroup_classid(struct sk_buff *skb)`, since Linux 4.3.
  @Helper(17)
  public static int cgroupClassid(Object skb) {
    return (int) number(17, skb);
  }

  /// `long bpf_skb_vlan_push(struct sk_buff *skb, __be16 vlan_proto, u16 vlan_tci)`, since Linux
  /// 4.3.
  @Helper(18)
  public static long skbVlanPush(SocketBuffer skb, int vlanProto, int vlanTci) {
    return number(18, skb, vlanProto, vlanTci);
  }

  /// `long bpf_skb_vlan_pop(struct sk_buff *skb)`, since Linux 4.3.
  @Helper(19)
  public static long skbVlanPop(SocketBuffer skb) {
    return number(19, skb);
  }

  /// `long bpf_skb_get_tunnel_key(struct sk_buff *skb, struct bpf_tunnel_key *key, u32 size, u64
  /// flags)`, since Linux 4.3.
  @Helper(20)
  public static long skbGetTunnelKey(SocketBuffer skb, Object key, long flags) {
    return number(20, skb, key, flags);
  }

  /// `long bpf_skb_set_tunnel_key(struct sk_buff *skb, struct bpf_tunnel_key *key, u32 size, u64
  /// flags)`, since Linux 4.3.
  @Helper(21)
  public static long skbSetTunnelKey(SocketBuffer skb, Object key, long flags) {
    return number(21, skb, key, flags);
  }

  /// Sends the packet out of a device: what the program returns then.
  ///
  /// `long bpf_redirect(u32 ifindex, u64 flags)`, since Linux 4.4.
  @Helper(23)
  public static long redirect(int ifindex, long flags) {
    return number(23, ifindex, flags);
  }

  /// `u32 bpf_get_route_realm(struct sk_buff *skb)`, since Linux 4.4.
  @Helper(24)
  public static int routeRealm(SocketBuffer skb) {
    return (int) number(24, skb);
  }

  /// Copies bytes of the packet into memory.
  ///
  /// `long bpf_skb_load_bytes(const void *skb, u32 offset, void *to, u32 len)`, since Linux 4.5.
  @Helper(26)
  public static long skbLoadBytes(Object skb, int offset, Object to) {
    return number(26, skb, offset, to);
  }

  /// The checksum of what is in `to` in place of what is in `from`; both have a multiple of 4
  /// bytes.
  ///
  /// `s64 bpf_csum_diff(__be32 *from, u32 from_size, __be32 *to, u32 to_size, __wsum seed)`, since
  /// Linux 4.6.
  @Helper(28)
  public static long csumDiff(@Nullable Object from, @Nullable Object to, int seed) {
    return number(28, from, to, seed);
  }

  /// `long bpf_skb_get_tunnel_opt(struct sk_buff *skb, void *opt, u32 size)`, since Linux 4.6.
  @Helper(29)
  public static long skbGetTunnelOpt(SocketBuffer skb, Object opt) {
    return number(29, skb, opt);
  }

  /// `long bpf_skb_set_tunnel_opt(struct sk_buff *skb, void *opt, u32 size)`, since Linux 4.6.
  @Helper(30)
  public static long skbSetTunnelOpt(SocketBuffer skb, Object opt) {
    return number(30, skb, opt);
  }

  /// `long bpf_skb_change_proto(struct sk_buff *skb, __be16 proto, u64 flags)`, since Linux 4.8.
  @Helper(31)
  public static long skbChangeProto(SocketBuffer skb, int proto, long flags) {
    return number(31, skb, proto, flags);
  }

  /// `long bpf_skb_change_type(struct sk_buff *skb, u32 type)`, since Linux 4.8.
  @Helper(32)
  public static long skbChangeType(SocketBuffer skb, int type) {
    return number(32, skb, type);
  }

  /// `u32 bpf_get_hash_recalc(struct sk_buff *skb)`, since Linux 4.8.
  @Helper(34)
  public static int hashRecalc(SocketBuffer skb) {
    return (int) number(34, skb);
  }

  /// The current task as a kernel type, whose members are read as far as they can be.
  ///
  /// `u64 bpf_get_current_task(void)`, since Linux 4.8, for programs under the GPL.
  @Helper(35)
  public static <T> @Nullable T currentTask() {
    return object(35);
  }

  /// Writes into the memory of a process; for experiments.
  ///
  /// `long bpf_probe_write_user(void *dst, const void *src, u32 len)`, since Linux 4.8, for
  /// programs under the GPL.
  @Helper(36)
  public static long probeWriteUser(long dst, Object src) {
    return number(36, dst, src);
  }

  /// Changes the length of the packet.
  ///
  /// `long bpf_skb_change_tail(struct sk_buff *skb, u32 len, u64 flags)`, since Linux 4.9.
  @Helper(38)
  public static long skbChangeTail(SocketBuffer skb, int len, long flags) {
    return number(38, skb, len, flags);
  }

  /// `long bpf_skb_pull_data(struct sk_buff *skb, u32 len)`, since Linux 4.9.
  @Helper(39)
  public static long skbPullData(SocketBuffer skb, int len) {
    return number(39, skb, len);
  }

  /// `s64 bpf_csum_update(struct sk_buff *skb, __wsum csum)`, since Linux 4.9.
  @Helper(40)
  public static long csumUpdate(SocketBuffer skb, int csum) {
    return number(40, skb, csum);
  }

  /// `void bpf_set_hash_invalid(struct sk_buff *skb)`, since Linux 4.9.
  @Helper(41)
  public static long setHashInvalid(SocketBuffer skb) {
    return number(41, skb);
  }

  /// `long bpf_get_numa_node_id(void)`, since Linux 4.10.
  @Helper(42)
  public static long numaNodeId() {
    return number(42);
  }

  /// `long bpf_skb_change_head(struct sk_buff *skb, u32 len, u64 flags)`, since Linux 4.10.
  @Helper(43)
  public static long skbChangeHead(SocketBuffer skb, int len, long flags) {
    return number(43, skb, len, flags);
  }

  /// Moves the start of the packet; a negative number makes room before it.
  ///
  /// `long bpf_xdp_adjust_head(struct xdp_buff *xdp_md, int delta)`, since Linux 4.10.
  @Helper(44)
  public static long xdpAdjustHead(Xdp xdpMd, int delta) {
    return number(44, xdpMd, delta);
  }

  /// Copies text of the kernel or of a process: how many bytes, with the zero, or an error number
  /// below 0.
  ///
  /// `long bpf_probe_read_str(void *dst, u32 size, const void *unsafe_ptr)`, since Linux 4.11, for
  /// programs under the GPL.
  @Helper(45)
  public static long probeReadStr(Object dst, long unsafePtr) {
    return number(45, dst, unsafePtr);
  }

  /// A number of the socket that no other has while the machine runs.
  ///
  /// `u64 bpf_get_socket_cookie(struct sk_buff *skb)`, since Linux 4.12.
  @Helper(46)
  public static long socketCookie(Object skb) {
    return number(46, skb);
  }

  /// `u32 bpf_get_socket_uid(struct sk_buff *skb)`, since Linux 4.12.
  @Helper(47)
  public static int socketUid(SocketBuffer skb) {
    return (int) number(47, skb);
  }

  /// `long bpf_set_hash(struct sk_buff *skb, u32 hash)`, since Linux 4.13.
  @Helper(48)
  public static long setHash(SocketBuffer skb, int hash) {
    return number(48, skb, hash);
  }

  /// `long bpf_setsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen)`,
  /// since Linux 4.13.
  @Helper(49)
  public static long setsockopt(Object bpfSocket, int level, int optname, Object optval) {
    return number(49, bpfSocket, level, optname, optval);
  }

  /// `long bpf_skb_adjust_room(struct sk_buff *skb, s32 len_diff, u32 mode, u64 flags)`, since
  /// Linux 4.13.
  @Helper(50)
  public static long skbAdjustRoom(SocketBuffer skb, int lenDiff, int mode, long flags) {
    return number(50, skb, lenDiff, mode, flags);
  }

  /// Moves the start of the metadata before the packet.
  ///
  /// `long bpf_xdp_adjust_meta(struct xdp_buff *xdp_md, int delta)`, since Linux 4.15.
  @Helper(54)
  public static long xdpAdjustMeta(Xdp xdpMd, int delta) {
    return number(54, xdpMd, delta);
  }

  /// `long bpf_perf_prog_read_value(struct bpf_perf_event_data *ctx, struct bpf_perf_event_value
  /// *buf, u32 buf_size)`, since Linux 4.15, for programs under the GPL.
  @Helper(56)
  public static long perfProgReadValue(Object ctx, Object buf) {
    return number(56, ctx, buf);
  }

  /// `long bpf_getsockopt(void *bpf_socket, int level, int optname, void *optval, int optlen)`,
  /// since Linux 4.15.
  @Helper(57)
  public static long getsockopt(Object bpfSocket, int level, int optname, Object optval) {
    return number(57, bpfSocket, level, optname, optval);
  }

  /// Has the function that is probed return a value at once.
  ///
  /// `long bpf_override_return(struct pt_regs *regs, u64 rc)`, since Linux 4.16, for programs under
  /// the GPL.
  @Helper(58)
  public static long overrideReturn(Object regs, long rc) {
    return number(58, regs, rc);
  }

  /// `long bpf_sock_ops_cb_flags_set(struct bpf_sock_ops *bpf_sock, int argval)`, since Linux 4.16.
  @Helper(59)
  public static long sockOpsCbFlagsSet(SocketOperation bpfSock, int argval) {
    return number(59, bpfSock, argval);
  }

  /// `long bpf_msg_apply_bytes(struct sk_msg_buff *msg, u32 bytes)`, since Linux 4.17.
  @Helper(61)
  public static long msgApplyBytes(SocketMessage msg, int bytes) {
    return number(61, msg, bytes);
  }

  /// `long bpf_msg_cork_bytes(struct sk_msg_buff *msg, u32 bytes)`, since Linux 4.17.
  @Helper(62)
  public static long msgCorkBytes(SocketMessage msg, int bytes) {
    return number(62, msg, bytes);
  }

  /// `long bpf_msg_pull_data(struct sk_msg_buff *msg, u32 start, u32 end, u64 flags)`, since Linux
  /// 4.17.
  @Helper(63)
  public static long msgPullData(SocketMessage msg, int start, int end, long flags) {
    return number(63, msg, start, end, flags);
  }

  /// `long bpf_bind(struct bpf_sock_addr *ctx, struct sockaddr *addr, int addr_len)`, since Linux
  /// 4.17.
  @Helper(64)
  public static long bind(SocketAddress ctx, Object addr) {
    return number(64, ctx, addr);
  }

  /// Moves the end of the packet.
  ///
  /// `long bpf_xdp_adjust_tail(struct xdp_buff *xdp_md, int delta)`, since Linux 4.18.
  @Helper(65)
  public static long xdpAdjustTail(Xdp xdpMd, int delta) {
    return number(65, xdpMd, delta);
  }

  /// `long bpf_skb_get_xfrm_state(struct sk_buff *skb, u32 index, struct bpf_xfrm_state
  /// *xfrm_state, u32 size, u64 flags)`, since Linux 4.18.
  @Helper(66)
  public static long skbGetXfrmState(SocketBuffer skb, int index, Object xfrmState, long flags) {
    return number(66, skb, index, xfrmState, flags);
  }

  /// Copies a stack into memory: how many bytes, or an error number below 0.
  ///
  /// `long bpf_get_stack(void *ctx, void *buf, u32 size, u64 flags)`, since Linux 4.18, for
  /// programs under the GPL.
  @Helper(67)
  public static long stack(Object ctx, Object buf, long flags) {
    return number(67, ctx, buf, flags);
  }

  /// `long bpf_skb_load_bytes_relative(const void *skb, u32 offset, void *to, u32 len, u32
  /// start_header)`, since Linux 4.18.
  @Helper(68)
  public static long skbLoadBytesRelative(Object skb, int offset, Object to, int startHeader) {
    return number(68, skb, offset, to, startHeader);
  }

  /// Looks a route up.
  ///
  /// `long bpf_fib_lookup(void *ctx, struct bpf_fib_lookup *params, int plen, u32 flags)`, since
  /// Linux 4.18, for programs under the GPL.
  @Helper(69)
  public static long fibLookup(Object ctx, Object params, int flags) {
    return number(69, ctx, params, flags);
  }

  /// `long bpf_lwt_push_encap(struct sk_buff *skb, u32 type, void *hdr, u32 len)`, since Linux
  /// 4.18.
  @Helper(73)
  public static long lwtPushEncap(SocketBuffer skb, int type, Object hdr) {
    return number(73, skb, type, hdr);
  }

  /// `long bpf_lwt_seg6_store_bytes(struct sk_buff *skb, u32 offset, const void *from, u32 len)`,
  /// since Linux 4.18.
  @Helper(74)
  public static long lwtSeg6StoreBytes(SocketBuffer skb, int offset, Object from) {
    return number(74, skb, offset, from);
  }

  /// `long bpf_lwt_seg6_adjust_srh(struct sk_buff *skb, u32 offset, s32 delta)`, since Linux 4.18.
  @Helper(75)
  public static long lwtSeg6AdjustSrh(SocketBuffer skb, int offset, int delta) {
    return number(75, skb, offset, delta);
  }

  /// `long bpf_lwt_seg6_action(struct sk_buff *skb, u32 action, void *param, u32 param_len)`, since
  /// Linux 4.18.
  @Helper(76)
  public static long lwtSeg6Action(SocketBuffer skb, int action, Object param) {
    return number(76, skb, action, param);
  }

  /// `long bpf_rc_repeat(void *ctx)`, since Linux 4.18, for programs under the GPL.
  @Helper(77)
  public static long rcRepeat(Object ctx) {
    return number(77, ctx);
  }

  /// `long bpf_rc_keydown(void *ctx, u32 protocol, u64 scancode, u32 toggle)`, since Linux 4.18,
  /// for programs under the GPL.
  @Helper(78)
  public static long rcKeydown(Object ctx, int protocol, long scancode, int toggle) {
    return number(78, ctx, protocol, scancode, toggle);
  }

  /// `u64 bpf_skb_cgroup_id(struct sk_buff *skb)`, since Linux 4.18.
  @Helper(79)
  public static long skbCgroupId(SocketBuffer skb) {
    return number(79, skb);
  }

  /// The id of the cgroup of the current task, in cgroup version 2.
  ///
  /// `u64 bpf_get_current_cgroup_id(void)`, since Linux 4.18.
  @Helper(80)
  public static long currentCgroupId() {
    return number(80);
  }

  /// `u64 bpf_skb_ancestor_cgroup_id(struct sk_buff *skb, int ancestor_level)`, since Linux 4.19.
  @Helper(83)
  public static long skbAncestorCgroupId(SocketBuffer skb, int ancestorLevel) {
    return number(83, skb, ancestorLevel);
  }

  /// The socket of a connection of TCP, to be released; null where there is none.
  ///
  /// `struct bpf_sock *bpf_sk_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size,
  /// u64 netns, u64 flags)`, since Linux 4.20.
  @Helper(84)
  public static <T> @Nullable T skLookupTcp(Object ctx, Object tuple, long netns, long flags) {
    return object(84, ctx, tuple, netns, flags);
  }

  /// The socket of UDP that an address reaches, to be released; null where there is none.
  ///
  /// `struct bpf_sock *bpf_sk_lookup_udp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size,
  /// u64 netns, u64 flags)`, since Linux 4.20.
  @Helper(85)
  public static <T> @Nullable T skLookupUdp(Object ctx, Object tuple, long netns, long flags) {
    return object(85, ctx, tuple, netns, flags);
  }

  /// Releases a socket that a lookup gave.
  ///
  /// `long bpf_sk_release(void *sock)`, since Linux 4.20.
  @Helper(86)
  public static long skRelease(Object sock) {
    return number(86, sock);
  }

  /// `long bpf_msg_push_data(struct sk_msg_buff *msg, u32 start, u32 len, u64 flags)`, since Linux
  /// 4.20.
  @Helper(90)
  public static long msgPushData(SocketMessage msg, int start, int len, long flags) {
    return number(90, msg, start, len, flags);
  }

  /// `long bpf_msg_pop_data(struct sk_msg_buff *msg, u32 start, u32 len, u64 flags)`, since Linux
  /// 5.0.
  @Helper(91)
  public static long msgPopData(SocketMessage msg, int start, int len, long flags) {
    return number(91, msg, start, len, flags);
  }

  /// `long bpf_rc_pointer_rel(void *ctx, s32 rel_x, s32 rel_y)`, since Linux 5.0, for programs
  /// under the GPL.
  @Helper(92)
  public static long rcPointerRel(Object ctx, int relX, int relY) {
    return number(92, ctx, relX, relY);
  }

  /// `struct bpf_sock *bpf_sk_fullsock(struct bpf_sock *sk)`, since Linux 5.1.
  @Helper(95)
  public static <T> @Nullable T skFullsock(Object sk) {
    return object(95, sk);
  }

  /// `struct bpf_tcp_sock *bpf_tcp_sock(struct bpf_sock *sk)`, since Linux 5.1.
  @Helper(96)
  public static <T> @Nullable T tcpSock(Object sk) {
    return object(96, sk);
  }

  /// `long bpf_skb_ecn_set_ce(struct sk_buff *skb)`, since Linux 5.1.
  @Helper(97)
  public static long skbEcnSetCe(SocketBuffer skb) {
    return number(97, skb);
  }

  /// `struct bpf_sock *bpf_get_listener_sock(struct bpf_sock *sk)`, since Linux 5.1.
  @Helper(98)
  public static <T> @Nullable T listenerSock(Object sk) {
    return object(98, sk);
  }

  /// `struct bpf_sock *bpf_skc_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, u32 tuple_size,
  /// u64 netns, u64 flags)`, since Linux 5.2.
  @Helper(99)
  public static <T> @Nullable T skcLookupTcp(Object ctx, Object tuple, long netns, long flags) {
    return object(99, ctx, tuple, netns, flags);
  }

  /// `long bpf_tcp_check_syncookie(void *sk, void *iph, u32 iph_len, struct tcphdr *th, u32
  /// th_len)`, since Linux 5.2, for programs under the GPL.
  @Helper(100)
  public static long tcpCheckSyncookie(Object sk, Object iph, Object th) {
    return number(100, sk, iph, th);
  }

  /// `long bpf_sysctl_get_name(struct bpf_sysctl *ctx, char *buf, size_t buf_len, u64 flags)`,
  /// since Linux 5.2.
  @Helper(101)
  public static long sysctlGetName(Sysctl ctx, Object buf, long flags) {
    return number(101, ctx, buf, flags);
  }

  /// `long bpf_sysctl_get_current_value(struct bpf_sysctl *ctx, char *buf, size_t buf_len)`, since
  /// Linux 5.2.
  @Helper(102)
  public static long sysctlGetCurrentValue(Sysctl ctx, Object buf) {
    return number(102, ctx, buf);
  }

  /// `long bpf_sysctl_get_new_value(struct bpf_sysctl *ctx, char *buf, size_t buf_len)`, since
  /// Linux 5.2.
  @Helper(103)
  public static long sysctlGetNewValue(Sysctl ctx, Object buf) {
    return number(103, ctx, buf);
  }

  /// `long bpf_sysctl_set_new_value(struct bpf_sysctl *ctx, const char *buf, size_t buf_len)`,
  /// since Linux 5.2.
  @Helper(104)
  public static long sysctlSetNewValue(Sysctl ctx, Object buf) {
    return number(104, ctx, buf);
  }

  /// Reads a signed number: how many bytes it took, or an error number below 0.
  ///
  /// `long bpf_strtol(const char *buf, size_t buf_len, u64 flags, long *res)`, since Linux 5.2.
  @Helper(105)
  public static long strtol(Object buf, long flags, Object res) {
    return number(105, buf, flags, res);
  }

  /// Reads an unsigned number: how many bytes it took, or an error number below 0.
  ///
  /// `long bpf_strtoul(const char *buf, size_t buf_len, u64 flags, unsigned long *res)`, since
  /// Linux 5.2.
  @Helper(106)
  public static long strtoul(Object buf, long flags, Object res) {
    return number(106, buf, flags, res);
  }

  /// Sends a signal to the process of the current task.
  ///
  /// `long bpf_send_signal(u32 sig)`, since Linux 5.3.
  @Helper(109)
  public static long sendSignal(int sig) {
    return number(109, sig);
  }

  /// `s64 bpf_tcp_gen_syncookie(void *sk, void *iph, u32 iph_len, struct tcphdr *th, u32 th_len)`,
  /// since Linux 5.4, for programs under the GPL.
  @Helper(110)
  public static long tcpGenSyncookie(Object sk, Object iph, Object th) {
    return number(110, sk, iph, th);
  }

  /// Copies memory of the process from an address: 0, or an error number below 0.
  ///
  /// `long bpf_probe_read_user(void *dst, u32 size, const void *unsafe_ptr)`, since Linux 5.5, for
  /// programs under the GPL.
  @Helper(112)
  public static long probeReadUser(Object dst, long unsafePtr) {
    return number(112, dst, unsafePtr);
  }

  /// Copies memory of the kernel from an address: 0, or an error number below 0.
  ///
  /// `long bpf_probe_read_kernel(void *dst, u32 size, const void *unsafe_ptr)`, since Linux 5.5,
  /// for programs under the GPL.
  @Helper(113)
  public static long probeReadKernel(Object dst, long unsafePtr) {
    return number(113, dst, unsafePtr);
  }

  /// Copies text of the process: how many bytes, with the zero, or an error number below 0.
  ///
  /// `long bpf_probe_read_user_str(void *dst, u32 size, const void *unsafe_ptr)`, since Linux 5.5,
  /// for programs under the GPL.
  @Helper(114)
  public static long probeReadUserStr(Object dst, long unsafePtr) {
    return number(114, dst, unsafePtr);
  }

  /// Copies text of the kernel: how many bytes, with the zero, or an error number below 0.
  ///
  /// `long bpf_probe_read_kernel_str(void *dst, u32 size, const void *unsafe_ptr)`, since Linux
  /// 5.5, for programs under the GPL.
  @Helper(115)
  public static long probeReadKernelStr(Object dst, long unsafePtr) {
    return number(115, dst, unsafePtr);
  }

  /// `long bpf_tcp_send_ack(void *tp, u32 rcv_nxt)`, since Linux 5.6.
  @Helper(116)
  public static long tcpSendAck(Object tp, int rcvNxt) {
    return number(116, tp, rcvNxt);
  }

  /// Sends a signal to the current task.
  ///
  /// `long bpf_send_signal_thread(u32 sig)`, since Linux 5.6.
  @Helper(117)
  public static long sendSignalThread(int sig) {
    return number(117, sig);
  }

  /// The ticks since the machine started.
  ///
  /// `u64 bpf_jiffies64(void)`, since Linux 5.6.
  @Helper(118)
  public static long jiffies64() {
    return number(118);
  }

  /// `long bpf_read_branch_records(struct bpf_perf_event_data *ctx, void *buf, u32 size, u64
  /// flags)`, since Linux 5.7, for programs under the GPL.
  @Helper(119)
  public static long readBranchRecords(Object ctx, @Nullable Object buf, long flags) {
    return number(119, ctx, buf, flags);
  }

  /// `long bpf_get_ns_current_pid_tgid(u64 dev, u64 ino, struct bpf_pidns_info *nsdata, u32 size)`,
  /// since Linux 5.7.
  @Helper(120)
  public static long nsCurrentPidTgid(long dev, long ino, Object nsdata) {
    return number(120, dev, ino, nsdata);
  }

  /// `u64 bpf_get_netns_cookie(void *ctx)`, since Linux 5.7.
  @Helper(122)
  public static long netnsCookie(@Nullable Object ctx) {
    return number(122, ctx);
  }

  /// `u64 bpf_get_current_ancestor_cgroup_id(int ancestor_level)`, since Linux 5.7.
  @Helper(123)
  public static long currentAncestorCgroupId(int ancestorLevel) {
    return number(123, ancestorLevel);
  }

  /// `long bpf_sk_assign(struct sk_buff *skb, void *sk, u64 flags)`, since Linux 5.7.
  @Helper(124)
  public static long skAssign(Object skb, Object sk, long flags) {
    return number(124, skb, sk, flags);
  }

  /// Nanoseconds since the machine started, with the time that it slept.
  ///
  /// `u64 bpf_ktime_get_boot_ns(void)`, since Linux 5.8.
  @Helper(125)
  public static long ktimeBootNs() {
    return number(125);
  }

  /// `long bpf_seq_printf(struct seq_file *m, const char *fmt, u32 fmt_size, const void *data, u32
  /// data_len)`, since Linux 5.8, for programs under the GPL.
  @Helper(126)
  public static long seqPrintf(Object m, String fmt, @Nullable Object data) {
    return number(126, m, fmt, data);
  }

  /// `long bpf_seq_write(struct seq_file *m, const void *data, u32 len)`, since Linux 5.8, for
  /// programs under the GPL.
  @Helper(127)
  public static long seqWrite(Object m, Object data) {
    return number(127, m, data);
  }

  /// `u64 bpf_sk_cgroup_id(void *sk)`, since Linux 5.8.
  @Helper(128)
  public static long skCgroupId(Object sk) {
    return number(128, sk);
  }

  /// `u64 bpf_sk_ancestor_cgroup_id(void *sk, int ancestor_level)`, since Linux 5.8.
  @Helper(129)
  public static long skAncestorCgroupId(Object sk, int ancestorLevel) {
    return number(129, sk, ancestorLevel);
  }

  /// `long bpf_csum_level(struct sk_buff *skb, u64 level)`, since Linux 5.8.
  @Helper(135)
  public static long csumLevel(SocketBuffer skb, long level) {
    return number(135, skb, level);
  }

  /// `struct tcp6_sock *bpf_skc_to_tcp6_sock(void *sk)`, since Linux 5.9.
  @Helper(136)
  public static <T> @Nullable T skcToTcp6Sock(Object sk) {
    return object(136, sk);
  }

  /// `struct tcp_sock *bpf_skc_to_tcp_sock(void *sk)`, since Linux 5.9.
  @Helper(137)
  public static <T> @Nullable T skcToTcpSock(Object sk) {
    return object(137, sk);
  }

  /// `struct tcp_timewait_sock *bpf_skc_to_tcp_timewait_sock(void *sk)`, since Linux 5.9.
  @Helper(138)
  public static <T> @Nullable T skcToTcpTimewaitSock(Object sk) {
    return object(138, sk);
  }

  /// `struct tcp_request_sock *bpf_skc_to_tcp_request_sock(void *sk)`, since Linux 5.9.
  @Helper(139)
  public static <T> @Nullable T skcToTcpRequestSock(Object sk) {
    return object(139, sk);
  }

  /// `struct udp6_sock *bpf_skc_to_udp6_sock(void *sk)`, since Linux 5.9.
  @Helper(140)
  public static <T> @Nullable T skcToUdp6Sock(Object sk) {
    return object(140, sk);
  }

  /// `long bpf_get_task_stack(struct task_struct *task, void *buf, u32 size, u64 flags)`, since
  /// Linux 5.9.
  @Helper(141)
  public static long taskStack(Object task, Object buf, long flags) {
    return number(141, task, buf, flags);
  }

  /// `long bpf_load_hdr_opt(struct bpf_sock_ops *skops, void *searchby_res, u32 len, u64 flags)`,
  /// since Linux 5.10.
  @Helper(142)
  public static long loadHdrOpt(SocketOperation skops, Object searchbyRes, long flags) {
    return number(142, skops, searchbyRes, flags);
  }

  /// `long bpf_store_hdr_opt(struct bpf_sock_ops *skops, const void *from, u32 len, u64 flags)`,
  /// since Linux 5.10.
  @Helper(143)
  public static long storeHdrOpt(SocketOperation skops, Object from, long flags) {
    return number(143, skops, from, flags);
  }

  /// `long bpf_reserve_hdr_opt(struct bpf_sock_ops *skops, u32 len, u64 flags)`, since Linux 5.10.
  @Helper(144)
  public static long reserveHdrOpt(SocketOperation skops, int len, long flags) {
    return number(144, skops, len, flags);
  }

  /// `long bpf_d_path(struct path *path, char *buf, u32 sz)`, since Linux 5.10.
  @Helper(147)
  public static long dPath(Object path, Object buf) {
    return number(147, path, buf);
  }

  /// Copies memory of the process, which may sleep until it is there.
  ///
  /// `long bpf_copy_from_user(void *dst, u32 size, const void *user_ptr)`, since Linux 5.10, for
  /// programs that may sleep.
  @Helper(148)
  public static long copyFromUser(Object dst, long userPtr) {
    return number(148, dst, userPtr);
  }

  /// `long bpf_snprintf_btf(char *str, u32 str_size, struct btf_ptr *ptr, u32 btf_ptr_size, u64
  /// flags)`, since Linux 5.10.
  @Helper(149)
  public static long snprintfBtf(Object str, Object ptr, long flags) {
    return number(149, str, ptr, flags);
  }

  /// `long bpf_seq_printf_btf(struct seq_file *m, struct btf_ptr *ptr, u32 ptr_size, u64 flags)`,
  /// since Linux 5.10, for programs under the GPL.
  @Helper(150)
  public static long seqPrintfBtf(Object m, Object ptr, long flags) {
    return number(150, m, ptr, flags);
  }

  /// `u64 bpf_skb_cgroup_classid(struct sk_buff *skb)`, since Linux 5.10.
  @Helper(151)
  public static long skbCgroupClassid(SocketBuffer skb) {
    return number(151, skb);
  }

  /// `long bpf_redirect_neigh(u32 ifindex, struct bpf_redir_neigh *params, int plen, u64 flags)`,
  /// since Linux 5.10.
  @Helper(152)
  public static long redirectNeigh(int ifindex, @Nullable Object params, long flags) {
    return number(152, ifindex, params, flags);
  }

  /// `long bpf_redirect_peer(u32 ifindex, u64 flags)`, since Linux 5.10.
  @Helper(155)
  public static long redirectPeer(int ifindex, long flags) {
    return number(155, ifindex, flags);
  }

  /// The current task as a kernel type, whose members are read directly.
  ///
  /// `struct task_struct *bpf_get_current_task_btf(void)`, since Linux 5.11, for programs under the
  /// GPL.
  @Helper(158)
  public static <T> @Nullable T currentTaskBtf() {
    return object(158);
  }

  /// `long bpf_bprm_opts_set(struct linux_binprm *bprm, u64 flags)`, since Linux 5.11.
  @Helper(159)
  public static long bprmOptsSet(Object bprm, long flags) {
    return number(159, bprm, flags);
  }

  /// Nanoseconds since the machine started, as of the last tick.
  ///
  /// `u64 bpf_ktime_get_coarse_ns(void)`, since Linux 5.11.
  @Helper(160)
  public static long ktimeCoarseNs() {
    return number(160);
  }

  /// `long bpf_ima_inode_hash(struct inode *inode, void *dst, u32 size)`, since Linux 5.11, for
  /// programs that may sleep.
  @Helper(161)
  public static long imaInodeHash(Object inode, Object dst) {
    return number(161, inode, dst);
  }

  /// `struct socket *bpf_sock_from_file(struct file *file)`, since Linux 5.11.
  @Helper(162)
  public static <T> @Nullable T sockFromFile(Object file) {
    return object(162, file);
  }

  /// Whether a packet fits through a device.
  ///
  /// `long bpf_check_mtu(void *ctx, u32 ifindex, u32 *mtu_len, s32 len_diff, u64 flags)`, since
  /// Linux 5.12, for programs under the GPL.
  @Helper(163)
  public static long checkMtu(Object ctx, int ifindex, Object mtuLen, int lenDiff, long flags) {
    return number(163, ctx, ifindex, mtuLen, lenDiff, flags);
  }

  /// Writes text by a format: how many bytes it takes, with the zero.
  ///
  /// `long bpf_snprintf(char *str, u32 str_size, const char *fmt, u64 *data, u32 data_len)`, since
  /// Linux 5.13, for programs under the GPL.
  @Helper(165)
  public static long snprintf(@Nullable Object str, String fmt, @Nullable Object data) {
    return number(165, str, fmt, data);
  }

  /// `long bpf_sys_bpf(u32 cmd, void *attr, u32 attr_size)`, since Linux 5.14, for programs that
  /// may sleep.
  @Helper(166)
  public static long sysBpf(int cmd, Object attr) {
    return number(166, cmd, attr);
  }

  /// `long bpf_btf_find_by_name_kind(char *name, int name_sz, u32 kind, int flags)`, since Linux
  /// 5.14, for programs that may sleep.
  @Helper(167)
  public static long btfFindByNameKind(Object name, int kind, int flags) {
    return number(167, name, kind, flags);
  }

  /// `long bpf_sys_close(u32 fd)`, since Linux 5.14, for programs that may sleep.
  @Helper(168)
  public static long sysClose(int fd) {
    return number(168, fd);
  }

  /// The address of the function that the program is attached to.
  ///
  /// `u64 bpf_get_func_ip(void *ctx)`, since Linux 5.15, for programs under the GPL.
  @Helper(173)
  public static long funcIp(Object ctx) {
    return number(173, ctx);
  }

  /// The number that the program was attached with.
  ///
  /// `u64 bpf_get_attach_cookie(void *ctx)`, since Linux 5.15.
  @Helper(174)
  public static long attachCookie(Object ctx) {
    return number(174, ctx);
  }

  /// `long bpf_task_pt_regs(struct task_struct *task)`, since Linux 5.15, for programs under the
  /// GPL.
  @Helper(175)
  public static <T> @Nullable T taskPtRegs(Object task) {
    return object(175, task);
  }

  /// `long bpf_get_branch_snapshot(void *entries, u32 size, u64 flags)`, since Linux 5.16, for
  /// programs under the GPL.
  @Helper(176)
  public static long branchSnapshot(Object entries) {
    return number(176, entries);
  }

  /// Writes a line into the trace, with any number of numbers in it.
  ///
  /// `long bpf_trace_vprintk(const char *fmt, u32 fmt_size, const void *data, u32 data_len)`, since
  /// Linux 5.16, for programs under the GPL.
  @Helper(177)
  public static long vprintk(String fmt, @Nullable Object data) {
    return number(177, fmt, data);
  }

  /// `struct unix_sock *bpf_skc_to_unix_sock(void *sk)`, since Linux 5.16.
  @Helper(178)
  public static <T> @Nullable T skcToUnixSock(Object sk) {
    return object(178, sk);
  }

  /// `long bpf_kallsyms_lookup_name(const char *name, int name_sz, int flags, u64 *res)`, since
  /// Linux 5.16.
  @Helper(179)
  public static long kallsymsLookupName(Object name, int flags, Object res) {
    return number(179, name, flags, res);
  }

  /// Compares text, as `strncmp` does.
  ///
  /// `long bpf_strncmp(const char *s1, u32 s1_sz, const char *s2)`, since Linux 5.17.
  @Helper(182)
  public static long strncmp(Object s1, String s2) {
    return number(182, s1, s2);
  }

  /// `long bpf_get_func_arg(void *ctx, u32 n, u64 *value)`, since Linux 5.17.
  @Helper(183)
  public static long funcArg(Object ctx, int n, Object value) {
    return number(183, ctx, n, value);
  }

  /// `long bpf_get_func_ret(void *ctx, u64 *value)`, since Linux 5.17.
  @Helper(184)
  public static long funcRet(Object ctx, Object value) {
    return number(184, ctx, value);
  }

  /// `long bpf_get_func_arg_cnt(void *ctx)`, since Linux 5.17.
  @Helper(185)
  public static long funcArgCnt(Object ctx) {
    return number(185, ctx);
  }

  /// The value to return so far, in programs of cgroups.
  ///
  /// `int bpf_get_retval(void)`, since Linux 5.18.
  @Helper(186)
  public static int retval() {
    return (int) number(186);
  }

  /// Sets the value to return, in programs of cgroups.
  ///
  /// `int bpf_set_retval(int retval)`, since Linux 5.18.
  @Helper(187)
  public static int setRetval(int retval) {
    return (int) number(187, retval);
  }

  /// `u64 bpf_xdp_get_buff_len(struct xdp_buff *xdp_md)`, since Linux 5.18.
  @Helper(188)
  public static long xdpGetBuffLen(Object xdpMd) {
    return number(188, xdpMd);
  }

  /// `long bpf_xdp_load_bytes(struct xdp_buff *xdp_md, u32 offset, void *buf, u32 len)`, since
  /// Linux 5.18.
  @Helper(189)
  public static long xdpLoadBytes(Xdp xdpMd, int offset, Object buf) {
    return number(189, xdpMd, offset, buf);
  }

  /// `long bpf_xdp_store_bytes(struct xdp_buff *xdp_md, u32 offset, void *buf, u32 len)`, since
  /// Linux 5.18.
  @Helper(190)
  public static long xdpStoreBytes(Xdp xdpMd, int offset, Object buf) {
    return number(190, xdpMd, offset, buf);
  }

  /// `long bpf_copy_from_user_task(void *dst, u32 size, const void *user_ptr, struct task_struct
  /// *tsk, u64 flags)`, since Linux 5.18, for programs under the GPL, for programs that may sleep.
  @Helper(191)
  public static long copyFromUserTask(Object dst, long userPtr, Object tsk, long flags) {
    return number(191, dst, userPtr, tsk, flags);
  }

  /// `long bpf_skb_set_tstamp(struct sk_buff *skb, u64 tstamp, u32 tstamp_type)`, since Linux 5.18.
  @Helper(192)
  public static long skbSetTstamp(SocketBuffer skb, long tstamp, int tstampType) {
    return number(192, skb, tstamp, tstampType);
  }

  /// `long bpf_ima_file_hash(struct file *file, void *dst, u32 size)`, since Linux 5.18, for
  /// programs that may sleep.
  @Helper(193)
  public static long imaFileHash(Object file, Object dst) {
    return number(193, file, dst);
  }

  /// `struct mptcp_sock *bpf_skc_to_mptcp_sock(void *sk)`, since Linux 5.19.
  @Helper(196)
  public static <T> @Nullable T skcToMptcpSock(Object sk) {
    return object(196, sk);
  }

  /// `s64 bpf_tcp_raw_gen_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th, u32 th_len)`, since
  /// Linux 6.0, for programs under the GPL.
  @Helper(204)
  public static long tcpRawGenSyncookieIpv4(Object iph, Object th) {
    return number(204, iph, th);
  }

  /// `s64 bpf_tcp_raw_gen_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th, u32 th_len)`,
  /// since Linux 6.0, for programs under the GPL.
  @Helper(205)
  public static long tcpRawGenSyncookieIpv6(Object iph, Object th) {
    return number(205, iph, th);
  }

  /// `long bpf_tcp_raw_check_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th)`, since Linux
  /// 6.0, for programs under the GPL.
  @Helper(206)
  public static long tcpRawCheckSyncookieIpv4(Object iph, Object th) {
    return number(206, iph, th);
  }

  /// `long bpf_tcp_raw_check_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th)`, since Linux
  /// 6.0, for programs under the GPL.
  @Helper(207)
  public static long tcpRawCheckSyncookieIpv6(Object iph, Object th) {
    return number(207, iph, th);
  }

  /// Nanoseconds of international atomic time since 1970.
  ///
  /// `u64 bpf_ktime_get_tai_ns(void)`, since Linux 6.1.
  @Helper(208)
  public static long ktimeTaiNs() {
    return number(208);
  }
}
