// SPDX-License-Identifier: GPL-2.0
// Two filters for a socket: both count its packets; one lets them pass, the other drops them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline void count(__u32 which)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &which);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("socket")
int passing(struct __sk_buff *packet)
{
	count(0);
	return -1;
}

SEC("socket")
int dropping(struct __sk_buff *packet)
{
	count(1);
	return 0;
}

char _license[] SEC("license") = "GPL";
