// SPDX-License-Identifier: GPL-2.0
// For machines of the other byte order.
// build: --target=bpfeb -g -O2 -mcpu=v3
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} bad_order_map SEC(".maps");

SEC("raw_tp/task_rename")
int bad_order(void *ctx)
{
	__u32 key = 0, value = 1;

	bpf_map_update_elem(&bad_order_map, &key, &value, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
