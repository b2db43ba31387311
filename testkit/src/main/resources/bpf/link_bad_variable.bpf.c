// SPDX-License-Identifier: GPL-2.0
// An object that cannot be linked with link_second: it takes a variable for one of another type.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern volatile long in_second;

SEC("socket")
int bad_variable(struct __sk_buff *skb)
{
	return (int)in_second;
}

char _license[] SEC("license") = "GPL";
