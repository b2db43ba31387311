// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3
// Gives the test runs of threads of one name another result.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "marked.h"

SEC("raw_tp.w/bpf_test_finish")
int finish(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_marked()) {
		count(0);
		*(int *)ctx->args[0] = -71;
	}
	return 0;
}

SEC("socket")
int run(struct __sk_buff *packet)
{
	return 1;
}

char _license[] SEC("license") = "GPL";
