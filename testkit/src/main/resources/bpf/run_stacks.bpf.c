// SPDX-License-Identifier: GPL-2.0
// Reports executed programs with the stacks of the kernel: as addresses with their length, and as ids of a map of stacks, also in keys.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define DEPTH 64

struct exec {
	__u32 pid;
	__s32 kstack_sz;
	__s64 kern_stack_id;
	__s64 user_stack_id;
	__s64 no_stack_id;
	__u64 kstack[DEPTH];
};

const struct exec *unused_exec __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, DEPTH * sizeof(__u64));
	__uint(max_entries, 256);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} execs SEC(".maps");

struct where {
	__u32 pid;
	__s32 kern_stack_id;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct where);
	__type(value, __u64);
} counts SEC(".maps");

SEC("tracepoint/sched/sched_process_exec")
int executed(void *ctx)
{
	struct exec *exec = bpf_ringbuf_reserve(&execs, sizeof(*exec), 0);

	struct where where = {};
	__u64 first = 1;

	if (!exec)
		return 0;
	exec->pid = bpf_get_current_pid_tgid() >> 32;
	exec->kern_stack_id = bpf_get_stackid(ctx, &stacks, 0);
	exec->user_stack_id = 5;
	exec->no_stack_id = -14;
	exec->kstack[0] = 0;
	exec->kstack_sz = bpf_get_stack(ctx, exec->kstack, sizeof(exec->kstack), 0);
	where.pid = exec->pid;
	where.kern_stack_id = exec->kern_stack_id;
	bpf_map_update_elem(&counts, &where, &first, BPF_ANY);
	bpf_ringbuf_submit(exec, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
