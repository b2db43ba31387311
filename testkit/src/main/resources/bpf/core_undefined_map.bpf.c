// SPDX-License-Identifier: GPL-2.0
// build: -O2 -mcpu=v3
// Refers to a map that is not defined.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern struct bpf_map missing_map;

SEC("socket")
int program(struct __sk_buff *packet)
{
	return bpf_map_delete_elem(&missing_map, packet);
}
