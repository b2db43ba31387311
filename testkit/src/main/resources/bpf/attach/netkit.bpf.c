// SPDX-License-Identifier: GPL-2.0
// Programs of both devices of a netkit pair: they count the packets and drop them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define NETKIT_DROP 2

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline int count(__u32 place)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &place);

	if (value)
		__sync_fetch_and_add(value, 1);
	return NETKIT_DROP;
}

SEC("netkit/primary")
int primary(struct __sk_buff *skb)
{
	return count(0);
}

SEC("netkit/peer")
int peer(struct __sk_buff *skb)
{
	return count(1);
}

char _license[] SEC("license") = "GPL";
