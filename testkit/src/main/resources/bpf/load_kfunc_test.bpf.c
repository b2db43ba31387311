// SPDX-License-Identifier: GPL-2.0
// A test function, which kernels have in themselves from 5.13 to 6.3.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Whole, not declared only: of another kind it would be another prototype. */
struct sock {
	int unused;
};

extern int bpf_kfunc_call_test2(struct sock *socket, __u32 a, __u32 b) __ksym;

SEC("tc")
int call(struct __sk_buff *packet)
{
	struct bpf_sock *socket = packet->sk;

	if (!socket)
		return -1;
	socket = bpf_sk_fullsock(socket);
	return socket ? bpf_kfunc_call_test2((struct sock *)socket, 20, 3) : -2;
}

char _license[] SEC("license") = "GPL";
