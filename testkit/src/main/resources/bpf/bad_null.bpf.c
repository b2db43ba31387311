// SPDX-License-Identifier: GPL-2.0
// Uses what a lookup returns without comparing it with null.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} bad_counts SEC(".maps");

SEC("raw_tp/task_rename")
int bad_null(void *ctx)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&bad_counts, &key);

	*count += 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
