// SPDX-License-Identifier: GPL-2.0
// One program that is loaded, and one that is loaded where that is asked for.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int always_runs, asked_runs;

SEC("raw_tp")
int code_always(void *ctx)
{
	always_runs++;
	return 0;
}

SEC("?raw_tp")
int code_asked(void *ctx)
{
	asked_runs++;
	return 0;
}

char _license[] SEC("license") = "GPL";
