// SPDX-License-Identifier: GPL-2.0
// Says when the kernel opens a file, and when it is done: a probe on the entry of a function, and one on its return.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("kprobe/do_sys_openat2")
int opening(void *ctx)
{
	char text[] = "opening";

	bpf_trace_printk(text, sizeof(text));
	return 0;
}

SEC("kretprobe/do_sys_openat2")
int opened(void *ctx)
{
	char text[] = "opened";

	bpf_trace_printk(text, sizeof(text));
	return 0;
}

char _license[] SEC("license") = "GPL";
