// SPDX-License-Identifier: GPL-2.0
// Reads a field of a kernel structure whose place is only known once the kernel is.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct {
	int pid;
	int no_such_field;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} bad_pids SEC(".maps");

SEC("raw_tp/task_rename")
int bad_core(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)ctx->args[0];
	__u32 key = 0, pid = BPF_CORE_READ(task, no_such_field);

	bpf_map_update_elem(&bad_pids, &key, &pid, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
