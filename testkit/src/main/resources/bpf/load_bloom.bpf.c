// SPDX-License-Identifier: GPL-2.0
// A bloom filter, whose number of hash functions is its map_extra.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(map_extra, 3);
	__type(value, __u32);
} seen SEC(".maps");

/* Not on the stack, where the verifier of 7.3 takes what peek reads for dead. */
__u32 there = 7, missing = 8;

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	bpf_map_push_elem(&seen, &there, 0);
	return bpf_map_peek_elem(&seen, &there) == 0 && bpf_map_peek_elem(&seen, &missing) != 0;
}

char _license[] SEC("license") = "GPL";
