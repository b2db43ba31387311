// SPDX-License-Identifier: GPL-2.0
// A lookup of sockets that chooses one or two of a map, and writes down what came of it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

__u64 flags, more_flags;
__u32 second, verdict;
__s64 assigned, again, chosen_family, chosen_port, without;

SEC("sk_lookup")
int choose(struct bpf_sk_lookup *ctx)
{
	__u32 key = 0;
	struct bpf_sock *socket;

	socket = bpf_map_lookup_elem(&sockets, &key);
	if (!socket)
		return SK_DROP;
	assigned = bpf_sk_assign(ctx, socket, flags);
	bpf_sk_release(socket);
	if (second) {
		key = second - 1;
		socket = bpf_map_lookup_elem(&sockets, &key);
		if (!socket)
			return SK_DROP;
		again = bpf_sk_assign(ctx, socket, more_flags);
		bpf_sk_release(socket);
	}
	chosen_family = ctx->sk ? ctx->sk->family : -1;
	chosen_port = ctx->sk ? ctx->sk->src_port : -1;
	return verdict & 1;
}

SEC("sk_lookup")
int forget(struct bpf_sk_lookup *ctx)
{
	__u32 key = 0;
	struct bpf_sock *socket = bpf_map_lookup_elem(&sockets, &key);

	if (!socket)
		return SK_DROP;
	assigned = bpf_sk_assign(ctx, socket, 0);
	bpf_sk_release(socket);
	without = bpf_sk_assign(ctx, 0, BPF_SK_LOOKUP_F_REPLACE);
	return SK_PASS;
}

char _license[] SEC("license") = "GPL";
