// SPDX-License-Identifier: GPL-2.0
// The first program: says Hello whenever a program is executed.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tracepoint/syscalls/sys_enter_execve")
int hello(void *ctx)
{
	char text[] = "Hello";

	bpf_trace_printk(text, sizeof(text));
	return 0;
}

char _license[] SEC("license") = "GPL";
