// SPDX-License-Identifier: GPL-2.0
// Two programs that use one map, of which it may be for one only.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} treasure SEC(".maps");

__u64 seen;

SEC("socket")
int owner(struct __sk_buff *packet)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&treasure, &key);

	if (value)
		seen = ++*value;
	return 0;
}

SEC("socket")
int stranger(struct __sk_buff *packet)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&treasure, &key);

	if (value)
		*value = 4711;
	return 0;
}

char _license[] SEC("license") = "GPL";
