// SPDX-License-Identifier: GPL-2.0
// build: -O2 -mcpu=v3
// An object without BTF, which linking wants of all that files share.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int no_btf(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
