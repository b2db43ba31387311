// SPDX-License-Identifier: GPL-2.0
// CO-RE relocations in functions that two programs share, which stand elsewhere in each.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct___calls {
	unsigned long long utime;
	unsigned int flags;
} __attribute__((preserve_access_index));

__u64 first, second;

static __noinline __u64 flags_offset(__u64 times)
{
	asm volatile("" : "+r"(times));
	return times * bpf_core_field_offset(struct task_struct___calls, flags);
}

static __noinline __u64 offsets(__u64 more)
{
	asm volatile("" : "+r"(more));
	return more + bpf_core_field_offset(struct task_struct___calls, utime) + flags_offset(1000);
}

SEC("raw_tp")
int core_re_first(void *ctx)
{
	first = offsets(0);
	return 0;
}

SEC("raw_tp")
int core_re_second(void *ctx)
{
	__u64 one = bpf_core_field_exists(struct task_struct___calls, flags);

	second = offsets(one);
	return 0;
}

char _license[] SEC("license") = "GPL";
