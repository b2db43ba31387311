// SPDX-License-Identifier: GPL-2.0
// A program with a function that another may replace.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__noinline int code_part(struct xdp_md *ctx)
{
	int verdict = XDP_PASS;

	asm volatile("" : "+r"(verdict));
	return verdict;
}

SEC("xdp")
int code_base(struct xdp_md *ctx)
{
	return code_part(ctx);
}

char _license[] SEC("license") = "GPL";
