// SPDX-License-Identifier: GPL-2.0
// Congestion controls of our own, which the kernel lists and no connection asks for.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct sock;

/* The members that are missing here stay zero. */
struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

/* A flavour of it, with members that no kernel has. */
struct tcp_congestion_ops___more {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
	void (*no_such_function)(struct sock *sk);
	long no_such_number;
};

SEC("struct_ops/ssthresh")
__u32 ssthresh(__u64 *ctx)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
int cong_avoid(__u64 *ctx)
{
	return 0;
}

SEC("struct_ops/undo_cwnd")
__u32 undo_cwnd(__u64 *ctx)
{
	return 10;
}

/* Only of the map that is asked for. */
SEC("struct_ops/undo_asked")
__u32 undo_asked(__u64 *ctx)
{
	return 20;
}

/* In no map: switched off, it is not in the way. */
SEC("?struct_ops/unused")
__u32 unused(__u64 *ctx)
{
	return 0;
}

SEC(".struct_ops")
struct tcp_congestion_ops at_once = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "ebpf4j_once",
};

SEC(".struct_ops")
struct tcp_congestion_ops___more with_more = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "ebpf4j_more",
};

SEC("?.struct_ops")
struct tcp_congestion_ops when_asked = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_asked,
	.name = "ebpf4j_asked",
};

SEC("?.struct_ops")
struct tcp_congestion_ops___more impossible = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "ebpf4j_no",
	.no_such_number = 1,
};

char _license[] SEC("license") = "GPL";
