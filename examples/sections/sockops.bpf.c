// SPDX-License-Identifier: GPL-2.0
// Takes the TCP connections of a cgroup into a map, and says what is sent through them. Wants --attach cgroup:PATH and
// --attach sockmap:connections.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 64);
	__type(key, __u64);
	__type(value, __u32);
} connections SEC(".maps");

SEC("sockops")
int connected(struct bpf_sock_ops *ctx)
{
	char text[] = "connected, local port %d";
	__u64 key;

	if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && ctx->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		return 1;
	key = bpf_get_socket_cookie(ctx);
	bpf_sock_hash_update(ctx, &connections, &key, BPF_ANY);
	bpf_trace_printk(text, sizeof(text), ctx->local_port);
	return 1;
}

SEC("sk_msg")
int sending(struct sk_msg_md *ctx)
{
	char text[] = "sending %d bytes";

	bpf_trace_printk(text, sizeof(text), ctx->size);
	return SK_PASS;
}

SEC("sk_skb/stream_parser")
int parse(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("sk_skb/stream_verdict")
int receiving(struct __sk_buff *skb)
{
	char text[] = "receiving %d bytes";

	bpf_trace_printk(text, sizeof(text), skb->len);
	return SK_PASS;
}

char _license[] SEC("license") = "GPL";
