// SPDX-License-Identifier: GPL-2.0
// Programs whose sections say which way packets go.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

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
	return -1; // TCX_NEXT
}

SEC("tcx/ingress")
int in(struct __sk_buff *skb)
{
	return count(0);
}

SEC("tcx/egress")
int out(struct __sk_buff *skb)
{
	return count(1);
}

char _license[] SEC("license") = "GPL";
