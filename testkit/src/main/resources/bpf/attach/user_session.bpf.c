// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* A program for sessions of uprobes: counts at 0 entries and, as long as the number at 1 is 0, returns. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("uprobe.session")
int session(void *ctx)
{
	__u32 calls = 0, skip = 1;
	__u64 *number = bpf_map_lookup_elem(&counts, &calls);
	__u64 *entries_only = bpf_map_lookup_elem(&counts, &skip);

	if (!number || !entries_only)
		return 0;
	__sync_fetch_and_add(number, 1);
	return *entries_only != 0;
}

char LICENSE[] SEC("license") = "GPL";
