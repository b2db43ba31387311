// SPDX-License-Identifier: GPL-2.0
// Two programs over one map, of which the verifier rejects the second.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} bad_values SEC(".maps");

SEC("raw_tp/task_rename")
int bad_second_1(void *ctx)
{
	__u32 key = 0;
	__u64 value = 1;

	bpf_map_update_elem(&bad_values, &key, &value, BPF_ANY);
	return 0;
}

SEC("raw_tp/task_rename")
int bad_second_2(void *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&bad_values, &key);

	return *value;
}

char _license[] SEC("license") = "GPL";
