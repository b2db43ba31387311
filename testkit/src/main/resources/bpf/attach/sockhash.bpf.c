// SPDX-License-Identifier: GPL-2.0
// Programs on a hash of sockets. What they do is in "actions": 0 passes, 1 drops, 2 redirects to the socket at key 1.
// Entries of "actions" and "counts": 0 stream, 1 message, 2 (a count alone) messages parsed.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} actions SEC(".maps");

static __always_inline void count(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &which);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline __u64 action(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&actions, &which);

	return value ? *value : 0;
}

SEC("sk_skb/stream_parser")
int parse(struct __sk_buff *packet)
{
	count(2);
	return packet->len;
}

static __always_inline int verdict(struct __sk_buff *packet)
{
	__u64 wanted = action(0);
	__u32 other = 1;

	count(0);
	if (wanted == 2)
		return bpf_sk_redirect_hash(packet, &sockets, &other, 0);
	return wanted == 1 ? SK_DROP : SK_PASS;
}

SEC("sk_skb/stream_verdict")
int stream(struct __sk_buff *packet)
{
	return verdict(packet);
}

SEC("sk_msg")
int message(struct sk_msg_md *ctx)
{
	__u64 wanted = action(1);
	__u32 other = 1;

	count(1);
	if (wanted == 2)
		return bpf_msg_redirect_hash(ctx, &sockets, &other, BPF_F_INGRESS);
	return wanted == 1 ? SK_DROP : SK_PASS;
}

SEC("?sk_skb/verdict")
int arrive(struct __sk_buff *packet)
{
	return verdict(packet);
}

char _license[] SEC("license") = "GPL";
