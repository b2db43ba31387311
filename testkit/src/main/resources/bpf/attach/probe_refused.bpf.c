// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3
// Programs for many functions that every kernel loads, also one that attaches none of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("kprobe.multi")
int many(void *ctx)
{
	return 0;
}

SEC("kprobe.session")
int sessions(void *ctx)
{
	return 0;
}

SEC("raw_tp.w")
int writer(struct bpf_raw_tracepoint_args *ctx)
{
	*(int *)ctx->args[0] = 0;
	return 0;
}

SEC("raw_tp")
int reader(struct bpf_raw_tracepoint_args *ctx)
{
	return 0;
}

SEC("tp")
int event(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
