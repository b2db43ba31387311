// SPDX-License-Identifier: GPL-2.0
// An object that cannot be linked: its data refers to a static function.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __noinline int hidden(int number)
{
	return number + 1;
}

void *pointer = hidden;

SEC("socket")
int static_data(struct __sk_buff *skb)
{
	return hidden(skb->len);
}

char _license[] SEC("license") = "GPL";
