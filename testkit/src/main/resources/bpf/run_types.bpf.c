// SPDX-License-Identifier: GPL-2.0
// Programs of several types to be run by themselves, that change what they are given in ways that can be told.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 runs, last_cpu;
int growth = 0, verdict = XDP_PASS;

/* Counts the first byte up, puts a mark on the packet, and makes it longer by `growth`. */
SEC("tc")
int run_tc(struct __sk_buff *packet)
{
	__u8 first = 0;

	runs++;
	bpf_skb_load_bytes(packet, 0, &first, 1);
	first++;
	bpf_skb_store_bytes(packet, 0, &first, 1, 0);
	packet->mark = packet->mark * 2 + 1;
	if (growth && bpf_skb_change_tail(packet, packet->len + growth, 0))
		return -1;
	return packet->len;
}

/* Swaps the first two bytes and moves the start of the packet by `growth` to the front. */
SEC("xdp")
int run_xdp(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end, first;

	runs++;
	if (data + 2 > end)
		return XDP_ABORTED;
	first = data[0];
	data[0] = data[1];
	data[1] = first;
	if (growth && bpf_xdp_adjust_head(ctx, -growth))
		return XDP_ABORTED;
	return verdict;
}

SEC("raw_tp")
int run_raw_tp(__u64 *ctx)
{
	runs++;
	last_cpu = bpf_get_smp_processor_id();
	return ctx[0] + ctx[1];
}

SEC("syscall")
int run_syscall(__u32 *ctx)
{
	runs++;
	ctx[1] = ctx[0] * 2;
	return 5;
}

SEC("sk_lookup")
int run_sk_lookup(struct bpf_sk_lookup *ctx)
{
	return ctx->local_port == 4711 ? SK_PASS : SK_DROP;
}

SEC("kprobe")
int run_kprobe(void *ctx)
{
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int BPF_PROG(run_fentry, int a)
{
	runs++;
	last_cpu = a;
	return 0;
}

char _license[] SEC("license") = "GPL";
