// SPDX-License-Identifier: GPL-2.0
// A program that jumps to others through a map of programs, and one to jump to.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} life_targets SEC(".maps");

SEC("socket")
int life_jumper(struct __sk_buff *packet)
{
	bpf_tail_call(packet, &life_targets, 0);
	return 0;
}

SEC("socket")
int life_target(struct __sk_buff *packet)
{
	return -1;
}

char _license[] SEC("license") = "GPL";
