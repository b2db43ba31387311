// SPDX-License-Identifier: GPL-2.0
// Calls a function of the other file, shares a variable and a map with it, and has a weak function in its stead.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} shared SEC(".maps");

extern int elsewhere(int x);

int common = 11;
int from_other, from_weak;

__weak __noinline int contested(int x)
{
	asm volatile("" : "+r"(x));
	return x + 1;
}

static __noinline int own(int x)
{
	asm volatile("" : "+r"(x));
	return 10 * x;
}

SEC("raw_tp")
int code_link_first(void *ctx)
{
	from_other = own(elsewhere(common));
	from_weak = contested(common);
	return 0;
}

char _license[] SEC("license") = "GPL";
