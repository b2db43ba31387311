// SPDX-License-Identifier: GPL-2.0
// Counts what is executed: a map, a global variable, a function of its own, and a text that is read from memory.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} executions SEC(".maps");

__u64 last;

static __attribute__((noinline)) __u64 add(__u64 *count, __u64 step)
{
	__sync_fetch_and_add(count, step);
	return *count;
}

SEC("tracepoint/syscalls/sys_enter_execve")
int count_exec(void *ctx)
{
	__u32 zero = 0;
	__u64 *counter = bpf_map_lookup_elem(&executions, &zero);

	if (!counter)
		return 0;
	last = add(counter, 1);
	bpf_printk("executed %d", last);
	return 0;
}

char _license[] SEC("license") = "GPL";
