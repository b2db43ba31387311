// SPDX-License-Identifier: GPL-2.0
// Two programs, of which the second names a tracepoint that is not there.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} bad_hits SEC(".maps");

SEC("tracepoint/task/task_rename")
int bad_pair_first(void *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *hits = bpf_map_lookup_elem(&bad_hits, &process);

	if (hits)
		__sync_fetch_and_add(hits, 1);
	return 0;
}

SEC("tracepoint/task/task_renamed")
int bad_pair_second(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
