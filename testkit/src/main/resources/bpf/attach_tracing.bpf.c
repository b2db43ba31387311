// SPDX-License-Identifier: GPL-2.0
// Counts what threads of one name do: executions at a tracepoint, system calls at a raw tracepoint.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[2]);
} marked SEC(".maps"); /* the threads' name: at most 15 bytes, then zeros */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline void count(__u32 which)
{
	__u64 name[2] = {};
	__u32 zero = 0;
	__u64 *wanted = bpf_map_lookup_elem(&marked, &zero);

	if (!wanted || bpf_get_current_comm(name, sizeof(name)))
		return;
	if (name[0] == wanted[0] && name[1] == wanted[1]) {
		__u64 *value = bpf_map_lookup_elem(&counts, &which);

		if (value)
			__sync_fetch_and_add(value, 1);
	}
}

SEC("tracepoint/syscalls/sys_enter_execve")
int executions(void *ctx)
{
	count(0);
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int system_calls(void *ctx)
{
	count(1);
	return 0;
}

char _license[] SEC("license") = "GPL";
