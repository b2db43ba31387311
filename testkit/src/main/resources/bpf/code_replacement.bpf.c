// SPDX-License-Identifier: GPL-2.0
// Programs for a function of another program: one in its place, and two that watch it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int entered;

SEC("?freplace/code_part")
int code_replacement(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("?freplace/code_apart")
int code_stray(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("?fentry/code_part")
int code_watcher(void *ctx)
{
	entered++;
	return 0;
}

char _license[] SEC("license") = "GPL";
