// SPDX-License-Identifier: GPL-2.0
// Programs that may sleep, as one must that reads memory of a process whatever it takes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 address, copied;
int error = 1;

static __always_inline void copy(void)
{
	error = bpf_copy_from_user(&copied, sizeof(copied), (void *)address);
}

SEC("?syscall")
int code_syscall(void *ctx)
{
	copy();
	return 0;
}

SEC("?uprobe.s")
int code_uprobe(void *ctx)
{
	copy();
	return 0;
}

char _license[] SEC("license") = "GPL";
