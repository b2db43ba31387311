// SPDX-License-Identifier: GPL-2.0
// An object that cannot be linked with link_second: it calls a function with other parameters.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int add(int first);

SEC("socket")
int bad_function(struct __sk_buff *skb)
{
	return add(skb->len);
}

char _license[] SEC("license") = "GPL";
