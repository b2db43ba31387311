// SPDX-License-Identifier: GPL-2.0
// Two programs that the kernel takes, and between them two that it does not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct___mixed {
	int no_such_field;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} code_map SEC(".maps");

int first_runs, last_runs;

SEC("raw_tp")
int code_first(void *ctx)
{
	first_runs++;
	return 0;
}

SEC("raw_tp")
int code_null(void *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&code_map, &key);

	return *value;
}

SEC("raw_tp")
int code_field(void *ctx)
{
	return ((struct task_struct___mixed *)ctx)->no_such_field;
}

SEC("raw_tp")
int code_last(void *ctx)
{
	__u32 key = 0;

	last_runs++;
	bpf_map_update_elem(&code_map, &key, &(__u64){ 1 }, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
