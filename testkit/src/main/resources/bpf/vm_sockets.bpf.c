// SPDX-License-Identifier: GPL-2.0
// Programs of sockets, which write down what they are told of them.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__s64 args[4];
__s64 out[16];

#define TELL(index, value) (out[index] = (value))

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 4);
	__type(key, __u64);
	__type(value, __u64);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} group SEC(".maps");

SEC("sockops")
int callbacks(struct bpf_sock_ops *ctx)
{
	__u64 key = 77;
	__u32 index = 2;
	char congestion[16] = {};

	TELL(0, bpf_sock_ops_cb_flags_set(ctx, args[0]));
	TELL(1, ctx->bpf_sock_ops_cb_flags);
	TELL(2, bpf_sock_hash_update(ctx, &connections, &key, args[1]));
	TELL(3, bpf_sock_map_update(ctx, &numbered, &index, args[1]));
	TELL(4, bpf_setsockopt(ctx, 6, 13, "cubic", 6));
	TELL(5, bpf_getsockopt(ctx, 6, 13, congestion, sizeof(congestion)));
	TELL(6, *(__u32 *)congestion);
	ctx->reply = 42;
	return 1;
}

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *ctx)
{
	__u32 key = args[0];
	__u8 byte = 0;

	TELL(0, bpf_sk_select_reuseport(ctx, &group, &key, args[1]));
	TELL(1, bpf_skb_load_bytes(ctx, 1, &byte, 1));
	TELL(2, byte);
	TELL(3, ctx->hash);
	return SK_PASS;
}

SEC("tc")
int find(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {
		.ipv4 = {.saddr = args[0], .daddr = args[1], .sport = bpf_htons(args[2]), .dport = bpf_htons(args[3])}};
	struct bpf_sock *socket;
	struct bpf_tcp_sock *tcp;

	socket = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (!socket)
		return 1;
	TELL(0, socket->src_port);
	TELL(1, socket->state);
	tcp = bpf_tcp_sock(socket);
	TELL(2, tcp ? tcp->snd_cwnd : -1);
	TELL(3, tcp ? tcp->bytes_acked : -1);
	TELL(4, bpf_sk_assign(skb, socket, 0));
	bpf_sk_release(socket);
	return 0;
}

SEC("cgroup/bind4")
int rebind(struct bpf_sock_addr *ctx)
{
	TELL(0, bpf_get_retval());
	TELL(1, bpf_set_retval(args[0]));
	TELL(2, bpf_get_retval());
	return 0;
}

SEC("cgroup/connect4")
int bind_first(struct bpf_sock_addr *ctx)
{
	struct {
		__u16 family, port;
		__u32 address;
		__u8 rest[8];
	} from = {.family = args[0], .port = bpf_htons(4242), .address = bpf_htonl(0x7f000002)};

	TELL(0, bpf_bind(ctx, (void *)&from, sizeof(from)));
	ctx->user_port = bpf_htons(99);
	return 1;
}

SEC("cgroup/getsockopt")
int get_option(struct bpf_sockopt *ctx)
{
	__u8 *value = ctx->optval, *end = ctx->optval_end;

	TELL(0, ctx->level);
	TELL(1, ctx->optname);
	TELL(2, ctx->optlen);
	TELL(3, ctx->retval);
	TELL(4, end - value);
	if (value + 2 <= end) {
		TELL(5, value[1]);
		value[0] = 7;
		*(volatile __s32 *)&ctx->optlen = 1;
		*(volatile __s32 *)&ctx->retval = 0;
	}
	return 1;
}

char _license[] SEC("license") = "GPL";
