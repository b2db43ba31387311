// SPDX-License-Identifier: GPL-2.0
// A program that gives up in a function that it calls, and the function that is called then.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_throw(__u64 cookie) __ksym;

int armed;
__u64 caught;

__noinline int code_catch(__u64 cookie)
{
	caught = cookie;
	return 42;
}

static __noinline int give_up(int x)
{
	asm volatile("" : "+r"(x));
	if (x)
		bpf_throw(4711);
	return 7;
}

SEC("tc")
__attribute__((btf_decl_tag("exception_callback:code_catch")))
int code_exception(struct __sk_buff *packet)
{
	return give_up(armed);
}

char _license[] SEC("license") = "GPL";
