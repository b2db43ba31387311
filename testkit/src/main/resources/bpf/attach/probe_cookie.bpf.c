// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
// Counts what threads of one name do, and keeps the cookie that came with the last.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include "marked.h"

static __always_inline int see(void *ctx, __u32 which)
{
	if (is_marked()) {
		count(which);
		keep(which + 1, bpf_get_attach_cookie(ctx));
	}
	return 0;
}

SEC("kprobe")
int entry(struct pt_regs *ctx)
{
	return see(ctx, 0);
}

SEC("kretprobe")
int leave(struct pt_regs *ctx)
{
	return see(ctx, 2);
}

SEC("tp/syscalls/sys_enter_openat")
int tracepoint(void *ctx)
{
	return see(ctx, 4);
}

char _license[] SEC("license") = "GPL";
