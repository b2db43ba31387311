// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Programs for probes of programs that add up their cookies, each at an index of its own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline int add(void *ctx, __u32 index)
{
	__u64 *number = bpf_map_lookup_elem(&counts, &index);

	if (number)
		__sync_fetch_and_add(number, bpf_get_attach_cookie(ctx));
	return 0;
}

SEC("uprobe")
int entry(void *ctx)
{
	return add(ctx, 0);
}

SEC("uretprobe")
int leave(void *ctx)
{
	return add(ctx, 1);
}

SEC("uprobe.multi")
int entries(void *ctx)
{
	return add(ctx, 2);
}

SEC("uretprobe.multi")
int returns(void *ctx)
{
	return add(ctx, 3);
}

SEC("usdt")
int reached(void *ctx)
{
	return add(ctx, 4);
}

char LICENSE[] SEC("license") = "GPL";
