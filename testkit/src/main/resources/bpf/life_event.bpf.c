// SPDX-License-Identifier: GPL-2.0
// As life_watch, on the tracepoint: an event of the perf subsystem, with a link since 5.15.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} life_hits SEC(".maps");

SEC("tracepoint/task/task_rename")
int life_event(void *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *hits = bpf_map_lookup_elem(&life_hits, &process);

	if (hits)
		__sync_fetch_and_add(hits, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
