// SPDX-License-Identifier: GPL-2.0
// Calls a helper with a number that no kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static long (*const nothing)(void) = (void *)4711;

SEC("raw_tp/task_rename")
int bad_helper(void *ctx)
{
	return nothing();
}

char _license[] SEC("license") = "GPL";
