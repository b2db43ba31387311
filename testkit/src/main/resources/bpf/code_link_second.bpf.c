// SPDX-License-Identifier: GPL-2.0
// What the first file takes from elsewhere, and a program of its own.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} shared __weak SEC(".maps");

extern int common;

static __noinline int own(int x)
{
	asm volatile("" : "+r"(x));
	return x + 3;
}

__noinline int elsewhere(int x)
{
	return own(x);
}

__noinline int contested(int x)
{
	asm volatile("" : "+r"(x));
	return x + 100;
}

SEC("raw_tp")
int code_link_second(void *ctx)
{
	__u32 key = 1;
	__u64 value = common;

	bpf_map_update_elem(&shared, &key, &value, BPF_ANY);
	common = own(common);
	return 0;
}

char _license[] SEC("license") = "GPL";
