// SPDX-License-Identifier: GPL-2.0
// Calls a helper that only GPL-compatible programs may call, and states no license.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/task_rename")
int bad_license(void *ctx)
{
	char text[] = "bad";

	bpf_trace_printk(text, sizeof(text));
	return 0;
}
