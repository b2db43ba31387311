// SPDX-License-Identifier: GPL-2.0
// Reports the same through a perf buffer, whose events are of a type that is known, and through a ring buffer of which nothing is known.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct exec {
	__u32 pid;
	__u32 low : 4;
	__s32 high : 12;
	char comm[16];
	struct {
		__u8 left;
		__u8 right;
	};
};

const struct exec *unused_exec __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} execs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} raw SEC(".maps");

SEC("tracepoint/sched/sched_process_exec")
int executed(void *ctx)
{
	struct exec exec = {};
	__u32 word = 0x01020304;

	exec.pid = bpf_get_current_pid_tgid() >> 32;
	exec.low = 9;
	exec.high = -7;
	exec.left = 1;
	exec.right = 2;
	bpf_get_current_comm(exec.comm, sizeof(exec.comm));
	bpf_perf_event_output(ctx, &execs, BPF_F_CURRENT_CPU, &exec, sizeof(exec));
	bpf_ringbuf_output(&raw, &word, sizeof(word), 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
