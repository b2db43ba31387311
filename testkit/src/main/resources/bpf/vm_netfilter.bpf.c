// SPDX-License-Identifier: GPL-2.0
// A netfilter program that drops UDP packets, and writes down what it is told of each.
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_helpers.h>

#define NF_DROP 0
#define NF_ACCEPT 1

struct nf_hook_state {
	unsigned char hook, pf;
} __attribute__((preserve_access_index));

struct sk_buff {
	unsigned int len;
	unsigned short protocol;
} __attribute__((preserve_access_index));

struct bpf_nf_ctx {
	const struct nf_hook_state *state;
	struct sk_buff *skb;
} __attribute__((preserve_access_index));

extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *to) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *from, __u32 offset, void *buffer, __u32 size) __ksym;

__u32 hook, family, length, protocol, l4, first;

SEC("netfilter")
int no_udp(struct bpf_nf_ctx *ctx)
{
	struct bpf_dynptr packet;
	struct iphdr buffer, *ip;

	hook = ctx->state->hook;
	family = ctx->state->pf;
	length = ctx->skb->len;
	protocol = ctx->skb->protocol;
	if (bpf_dynptr_from_skb((struct __sk_buff *)ctx->skb, 0, &packet))
		return NF_DROP;
	ip = bpf_dynptr_slice(&packet, 0, &buffer, sizeof(buffer));
	if (!ip)
		return NF_DROP;
	first = *(__u8 *)ip;
	l4 = ip->protocol;
	return l4 == IPPROTO_UDP ? NF_DROP : NF_ACCEPT;
}

char _license[] SEC("license") = "GPL";
