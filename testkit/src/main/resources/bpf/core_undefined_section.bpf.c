// SPDX-License-Identifier: GPL-2.0
// build: -O2 -mcpu=v3
// Refers to a variable in a section that no map is made of.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int stray SEC("elsewhere") = 1;

SEC("socket")
int program(struct __sk_buff *packet)
{
	return *(volatile int *)&stray;
}
