// SPDX-License-Identifier: GPL-2.0
// An object that is linked with link_extern_first: both declare a function of the kernel.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_rcu_read_lock(void) __ksym;

SEC("socket")
int third(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	return 0;
}

char _license[] SEC("license") = "GPL";
