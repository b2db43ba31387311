// SPDX-License-Identifier: GPL-2.0
// A small router's filter: drops what must not pass, and lowers the TTL of what does.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define IPPROTO_UDP 17

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u16);
	__type(value, __u64);
} blocked SEC(".maps");

static __always_inline int is_blocked(struct udphdr *udp, void *end)
{
	__u16 port;
	__u64 *count;

	if ((void *)(udp + 1) > end)
		return 1;
	port = bpf_ntohs(udp->dest);
	count = bpf_map_lookup_elem(&blocked, &port);
	if (!count)
		return 0;
	__sync_fetch_and_add(count, 1);
	return 1;
}

SEC("xdp")
int filter(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	__u32 sum;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->ttl <= 1)
		return XDP_DROP;
	if (ip->protocol == IPPROTO_UDP && ip->ihl == 5 && is_blocked((void *)(ip + 1), end))
		return XDP_DROP;
	ip->ttl--;
	/* RFC 1141: the checksum without the header being summed up again. */
	sum = ip->check + bpf_htons(0x100);
	ip->check = sum + (sum >= 0xffff);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
