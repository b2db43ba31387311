// SPDX-License-Identifier: GPL-2.0
// Programs of network devices. Each counts the UDP packets to port 4242 over IPv4 at a place of its own; everything else passes.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline int is_ours(struct __sk_buff *skb)
{
	__u8 protocol = 0;
	__u16 port = 0;

	return skb->protocol == bpf_htons(ETH_P_IP) &&
	       !bpf_skb_load_bytes_relative(skb, 9, &protocol, sizeof(protocol), BPF_HDR_START_NET) &&
	       protocol == IPPROTO_UDP &&
	       !bpf_skb_load_bytes_relative(skb, 22, &port, sizeof(port), BPF_HDR_START_NET) && port == bpf_htons(4242);
}

static __always_inline void count(__u32 place)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &place);

	if (value)
		__sync_fetch_and_add(value, 1);
}

// Drops.
SEC("tc")
int drop(struct __sk_buff *skb)
{
	if (!is_ours(skb))
		return TC_ACT_UNSPEC;
	count(0);
	return TC_ACT_SHOT;
}

// Goes on with the next program.
SEC("tc")
int watch(struct __sk_buff *skb)
{
	if (is_ours(skb))
		count(1);
	return TC_ACT_UNSPEC;
}

// The same, to be told from the other.
SEC("tc")
int watch_too(struct __sk_buff *skb)
{
	if (is_ours(skb))
		count(2);
	return TC_ACT_UNSPEC;
}

// The class 0 stands for a packet that is not of a class; any other for one that is.
SEC("classifier")
int classify(struct __sk_buff *skb)
{
	if (!is_ours(skb))
		return 0;
	count(3);
	return -1;
}

SEC("action")
int act(struct __sk_buff *skb)
{
	if (!is_ours(skb))
		return TC_ACT_OK;
	count(4);
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
