// SPDX-License-Identifier: GPL-2.0
// Maps defined by BTF, with every field there is.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 left, right;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 100);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(numa_node, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__type(key, struct key);
	__type(value, __u64[3]);
} typed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
	__uint(key_size, 0);
	__uint(value_size, 12);
} sized SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, __u16);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 6);
	__uint(key_size, 4);
	__array(values, int(void *));
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 0x80000000);
} ring SEC(".maps");

SEC("xdp_classic")
int use(struct xdp_md *context)
{
	struct key key = {};

	bpf_map_delete_elem(&typed, &key);
	bpf_map_push_elem(&sized, &key, 0);
	bpf_tail_call(context, &programs, 1);
	return bpf_map_lookup_elem(&outer, &key) ? XDP_PASS : XDP_DROP;
}
