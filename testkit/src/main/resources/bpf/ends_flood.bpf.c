// SPDX-License-Identifier: GPL-2.0
// Prints and reports every call of getuid, so that a process that calls nothing else makes more lines and events than anybody prints.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct call {
	__u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} calls SEC(".maps");

const struct call *unused_call __attribute__((unused));

SEC("tracepoint/syscalls/sys_enter_getuid")
int called(void *ctx)
{
	struct call call = {};

	call.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(call.comm, sizeof(call.comm));
	bpf_ringbuf_output(&calls, &call, sizeof(call), 0);
	bpf_printk("called by %s", call.comm);
	return 0;
}

char _license[] SEC("license") = "GPL";
