// SPDX-License-Identifier: GPL-2.0
// Prints the number that a process has in the map, on two lines, whenever one of its threads is renamed.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} life_tokens SEC(".maps");

SEC("raw_tp/task_rename")
int life_print(void *ctx)
{
	char text[] = "life_print: token-%llu [end]\nsecond line of %llu";
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *token = bpf_map_lookup_elem(&life_tokens, &process);

	if (token)
		bpf_trace_printk(text, sizeof(text), *token, *token);
	return 0;
}

char _license[] SEC("license") = "GPL";
