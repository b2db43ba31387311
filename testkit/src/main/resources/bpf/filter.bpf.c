// SPDX-License-Identifier: GPL-2.0
// A filter of packets of the usual size: some 60 instructions are executed for a TCP or UDP packet.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct counter {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct counter);
} protocols SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} blocked SEC(".maps");

// Drops what comes from a blocked address, from port 0, or is damaged; counts the rest by protocol.
SEC("xdp")
int filter(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	__u32 protocol, source;

	if ((void *)(ip + 1) > end)
		return XDP_PASS;
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->version != 4 || ip->ihl < 5 || ip->ttl == 0)
		return XDP_DROP;
	if (bpf_ntohs(ip->tot_len) > end - (void *)ip)
		return XDP_DROP;
	source = ip->saddr;
	__u64 *drops = bpf_map_lookup_elem(&blocked, &source);
	if (drops) {
		*drops += 1;
		return XDP_DROP;
	}
	protocol = ip->protocol;
	if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) {
		struct udphdr *ports = (void *)ip + ip->ihl * 4;

		if ((void *)(ports + 1) > end)
			return XDP_DROP;
		if (ports->source == 0 || ports->dest == 0)
			return XDP_DROP;
	}
	struct counter *counter = bpf_map_lookup_elem(&protocols, &protocol);
	if (!counter)
		return XDP_ABORTED;
	counter->packets++;
	counter->bytes += end - data;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
