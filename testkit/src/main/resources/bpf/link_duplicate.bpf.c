// SPDX-License-Identifier: GPL-2.0
// An object that cannot be linked with link_second: both define a function.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__noinline int add(int first, int number)
{
	return first - number;
}

SEC("socket")
int duplicate(struct __sk_buff *skb)
{
	return add(skb->len, 1);
}

char _license[] SEC("license") = "GPL";
