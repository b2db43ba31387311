// SPDX-License-Identifier: GPL-2.0
// Keeps everybody from asking the kernel what an object is.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define EPERM 1

SEC("lsm/bpf")
int no_info(__u64 *arguments)
{
	return (int)arguments[0] == BPF_OBJ_GET_INFO_BY_FD ? -EPERM : 0;
}

char _license[] SEC("license") = "GPL";
