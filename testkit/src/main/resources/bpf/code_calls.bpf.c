// SPDX-License-Identifier: GPL-2.0
// Functions of all sorts: static and global, called by programs of two sections and by one another, and a weak one.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define OPAQUE(value) asm volatile("" : "+r"(value))

int input = 5;
int static_result, global_result, weak_result, second_result;

static __noinline int twice(int x)
{
	OPAQUE(x);
	return 2 * x;
}

static __noinline int twice_and_next(int x)
{
	OPAQUE(x);
	return twice(x) + twice(x + 1);
}

__noinline int sum_of(int x, int y)
{
	OPAQUE(x);
	return twice(x) + y;
}

__weak __noinline int weakly(int x)
{
	OPAQUE(x);
	return x + 1000;
}

SEC("raw_tp")
int code_calls(void *ctx)
{
	static_result = twice_and_next(input);
	global_result = sum_of(input, 100);
	weak_result = weakly(input);
	return 0;
}

SEC("raw_tp/task_rename")
int code_calls_second(void *ctx)
{
	second_result = sum_of(input, twice_and_next(1));
	return 0;
}

char _license[] SEC("license") = "GPL";
