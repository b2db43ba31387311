// SPDX-License-Identifier: GPL-2.0
// One program for each hook of a cgroup: counts, and refuses where "refusals" has a number other than 0 for it.
// Entries of the maps: 0 ingress, 1 egress, 2 either, 3 sockets made, 4 openings of /dev/full, 5 connections over IPv4
// asked for, 6 connections established from here, 7 connections established by others.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} refusals SEC(".maps");

/* Counts; 1 to allow, 0 to refuse. */
static __always_inline int judge(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &which);
	__u64 *refusal = bpf_map_lookup_elem(&refusals, &which);

	if (value)
		__sync_fetch_and_add(value, 1);
	return refusal && *refusal ? 0 : 1;
}

SEC("cgroup_skb/ingress")
int ingress(struct __sk_buff *packet)
{
	return judge(0);
}

SEC("cgroup_skb/egress")
int egress(struct __sk_buff *packet)
{
	return judge(1);
}

SEC("cgroup/skb")
int either(struct __sk_buff *packet)
{
	return judge(2);
}

SEC("cgroup/sock")
int sockets(struct bpf_sock *socket)
{
	return judge(3);
}

SEC("cgroup/dev")
int devices(struct bpf_cgroup_dev_ctx *ctx)
{
	if ((ctx->access_type & 0xffff) == BPF_DEVCG_DEV_CHAR && ctx->major == 1 && ctx->minor == 7)
		return judge(4);
	return 1;
}

SEC("cgroup/connect4")
int connections(struct bpf_sock_addr *ctx)
{
	return judge(5);
}

SEC("sockops")
int established(struct bpf_sock_ops *ctx)
{
	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
		judge(6);
	else if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		judge(7);
	return 1;
}

char _license[] SEC("license") = "GPL";
