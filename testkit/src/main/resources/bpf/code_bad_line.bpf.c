// SPDX-License-Identifier: GPL-2.0
// What is wrong is in a function behind the program.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} bad_line_map SEC(".maps");

static __noinline int fine(int x)
{
	asm volatile("" : "+r"(x));
	return x;
}

static __noinline int careless(__u32 key)
{
	__u64 *value = bpf_map_lookup_elem(&bad_line_map, &key);

	return *value;
}

SEC("raw_tp")
int bad_line(void *ctx)
{
	return careless(fine(1));
}

char _license[] SEC("license") = "GPL";
