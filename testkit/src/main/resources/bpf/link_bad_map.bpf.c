// SPDX-License-Identifier: GPL-2.0
// An object that cannot be linked with link_second: it takes a map for one of another size.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("socket")
int bad_map(struct __sk_buff *skb)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&counts, &key) ? 1 : 0;
}

char _license[] SEC("license") = "GPL";
