// SPDX-License-Identifier: GPL-2.0
// A section whose name is misspelt.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tracepiont/task/task_rename")
int bad_section(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
