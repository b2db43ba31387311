// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct value { __u64 slots[4]; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct value); } table SEC(".maps");
/* A global function is verified by itself, for any arguments. */
__noinline int pick(__u32 index)
{
	__u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&table, &zero);

	if (!v)
		return 0;
	return v->slots[index & 7];
}
SEC("socket")
int take(struct __sk_buff *ctx)
{
	return pick(ctx->len);
}
char _license[] SEC("license") = "GPL";
