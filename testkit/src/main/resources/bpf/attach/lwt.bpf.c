// SPDX-License-Identifier: GPL-2.0
// Programs of routes: each counts the packets that take its route, and drops them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline int count(__u32 place)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &place);

	if (value)
		__sync_fetch_and_add(value, 1);
	return BPF_DROP;
}

SEC("lwt_in")
int in(struct __sk_buff *skb)
{
	return count(0);
}

SEC("lwt_out")
int out(struct __sk_buff *skb)
{
	return count(1);
}

SEC("lwt_xmit")
int xmit(struct __sk_buff *skb)
{
	return count(2);
}

SEC("lwt_seg6local")
int segment(struct __sk_buff *skb)
{
	return count(3);
}

char _license[] SEC("license") = "GPL";
