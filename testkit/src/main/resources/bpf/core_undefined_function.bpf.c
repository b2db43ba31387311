// SPDX-License-Identifier: GPL-2.0
// build: -O2 -mcpu=v3
// Calls a function that no object here defines.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int somewhere_else(int number);

SEC("socket")
int program(struct __sk_buff *packet)
{
	return somewhere_else(packet->len);
}
