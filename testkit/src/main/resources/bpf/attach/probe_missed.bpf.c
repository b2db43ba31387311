// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3
// A program that calls a helper function, and one for that function, which is not run meanwhile.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "marked.h"

SEC("kprobe.multi/do_sys_openat2")
int outer(void *ctx)
{
	if (is_marked())
		count(0);
	return 0;
}

SEC("kprobe.multi/bpf_get_current_comm")
int inner(void *ctx)
{
	return 0;
}

SEC("kprobe/vfs_open")
int single(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
