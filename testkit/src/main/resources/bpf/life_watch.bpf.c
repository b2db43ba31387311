// SPDX-License-Identifier: GPL-2.0
// Counts how often the threads of a process are renamed, for the processes that have an entry already: an
// effect that a test causes by itself and nobody else disturbs.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} life_hits SEC(".maps");

SEC("raw_tp/task_rename")
int life_watch(void *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *hits = bpf_map_lookup_elem(&life_hits, &process);

	if (hits)
		__sync_fetch_and_add(hits, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
