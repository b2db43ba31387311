// SPDX-License-Identifier: GPL-2.0
// Wants an option that no kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int CONFIG_EBPF4J_MISSING __kconfig;

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	return CONFIG_EBPF4J_MISSING;
}

char _license[] SEC("license") = "GPL";
