// SPDX-License-Identifier: GPL-2.0
// Programs of netfilter: one counts packets and drops them, one lets them pass.
#include <linux/bpf.h>
#include <linux/netfilter.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline void count(__u32 place)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &place);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("netfilter")
int drop(void *ctx)
{
	count(0);
	return NF_DROP;
}

SEC("netfilter")
int pass(void *ctx)
{
	count(1);
	return NF_ACCEPT;
}

char _license[] SEC("license") = "GPL";
