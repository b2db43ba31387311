// SPDX-License-Identifier: GPL-2.0
// Chooses among the sockets that share a port: the one at key 0 of "sockets", or none where entry 1 of "counts" is not 0. Counts at
// entry 0.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *ctx)
{
	__u32 hits = 0, refuse = 1, first = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &hits);
	__u64 *refusal = bpf_map_lookup_elem(&counts, &refuse);

	if (count)
		__sync_fetch_and_add(count, 1);
	if (refusal && *refusal)
		return SK_DROP;
	return bpf_sk_select_reuseport(ctx, &sockets, &first, 0) ? SK_DROP : SK_PASS;
}

char _license[] SEC("license") = "GPL";
