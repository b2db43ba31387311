// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Programs for probes of programs: each counts its runs at an index of its own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline int add(__u32 index)
{
	__u64 *number = bpf_map_lookup_elem(&counts, &index);

	if (number)
		__sync_fetch_and_add(number, 1);
	return 0;
}

SEC("uprobe")
int entry(void *ctx)
{
	return add(0);
}

SEC("uretprobe")
int leave(void *ctx)
{
	return add(1);
}

SEC("uprobe.multi")
int entries(void *ctx)
{
	return add(2);
}

SEC("uretprobe.multi")
int returns(void *ctx)
{
	return add(3);
}

/* It takes no arguments, so there are no maps for them. */
SEC("usdt")
int reached(void *ctx)
{
	return add(4);
}

char LICENSE[] SEC("license") = "GPL";
