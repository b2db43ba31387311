// SPDX-License-Identifier: GPL-2.0
// Functions that the kernel calls.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

__u64 each_sum, loop_sum;

static long add_element(void *map, __u32 *key, __u64 *value, __u64 *sum)
{
	*sum += *value * (*key + 1);
	return 0;
}

static long add_index(__u32 index, void *unused)
{
	loop_sum += index;
	return index == 6;
}

SEC("?raw_tp")
int code_each(void *ctx)
{
	__u64 sum = 0;

	bpf_for_each_map_elem(&numbers, add_element, &sum, 0);
	each_sum = sum;
	return 0;
}

SEC("?raw_tp")
int code_loop(void *ctx)
{
	bpf_loop(100, add_index, (void *)0, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
