// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3
// Counts system calls of threads of one name, and keeps the cookie that came with the last.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "marked.h"

SEC("raw_tp/sys_enter")
int calls(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_marked()) {
		count(0);
		keep(1, bpf_get_attach_cookie(ctx));
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
