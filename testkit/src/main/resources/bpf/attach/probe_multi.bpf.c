// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
// Counts the calls of many functions by threads of one name, adds up their cookies, and keeps which was the last.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include "marked.h"

static __always_inline int see(void *ctx, __u32 which)
{
	if (is_marked()) {
		__u32 sum = which + 1;
		__u64 *value = bpf_map_lookup_elem(&counts, &sum);

		count(which);
		if (value)
			__sync_fetch_and_add(value, bpf_get_attach_cookie(ctx));
		keep(which + 2, bpf_get_func_ip(ctx));
	}
	return 0;
}

SEC("kprobe.multi/do_sys_openat2")
int entries(struct pt_regs *ctx)
{
	return see(ctx, 0);
}

SEC("kretprobe.multi/do_sys_openat2")
int returns(struct pt_regs *ctx)
{
	return see(ctx, 3);
}

char _license[] SEC("license") = "GPL";
