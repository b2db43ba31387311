// SPDX-License-Identifier: GPL-2.0
// An object that cannot be linked with link_second: its license is another.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int licensed(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
