// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

/* Programs for static probes that keep the arguments they are given. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline void set(__u32 index, __u64 number)
{
	__u64 *place = bpf_map_lookup_elem(&counts, &index);

	if (place)
		*place = number;
}

static __always_inline void add(__u32 index)
{
	__u64 *place = bpf_map_lookup_elem(&counts, &index);

	if (place)
		__sync_fetch_and_add(place, 1);
}

SEC("usdt")
int BPF_USDT(tick, long n, void *text, long small, long number, long constant)
{
	__u64 letters = 0;
	int count = bpf_usdt_arg_cnt(ctx);

	/* The probe is in two places; one has an argument only. */
	if (count == 1) {
		add(8);
		set(9, n);
		return 0;
	}
	bpf_probe_read_user(&letters, 5, text);
	add(0);
	set(1, n);
	set(2, letters);
	set(3, small);
	set(4, number);
	set(5, constant);
	set(6, count);
	set(7, bpf_usdt_cookie(ctx));
	return 0;
}

SEC("usdt")
int BPF_USDT(watched, long n)
{
	add(10);
	set(11, n);
	return 0;
}

SEC("usdt")
int BPF_USDT(loaded, void *name, long length)
{
	add(12);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
