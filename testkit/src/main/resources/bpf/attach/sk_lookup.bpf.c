// SPDX-License-Identifier: GPL-2.0
// Lookups of sockets for port 4242 find none.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("sk_lookup")
int refuse(struct bpf_sk_lookup *ctx)
{
	__u32 zero = 0;
	__u64 *value;

	if (ctx->local_port != 4242)
		return SK_PASS;
	value = bpf_map_lookup_elem(&counts, &zero);
	if (value)
		__sync_fetch_and_add(value, 1);
	return SK_DROP;
}

char _license[] SEC("license") = "GPL";
