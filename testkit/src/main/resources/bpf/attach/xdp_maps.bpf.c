// SPDX-License-Identifier: GPL-2.0
// UDP packets to port 4242 are redirected through maps whose values have programs: those count and drop.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_devmap_val));
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_cpumap_val));
} cpus SEC(".maps");

static __always_inline int is_ours(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(ethernet + 1);
	struct udphdr *udp = (void *)(ip + 1);

	return (void *)(udp + 1) <= end && ethernet->h_proto == bpf_htons(ETH_P_IP) && ip->protocol == IPPROTO_UDP &&
	       ip->ihl == 5 && udp->dest == bpf_htons(4242);
}

static __always_inline int count(__u32 place)
{
	__u64 *value = bpf_map_lookup_elem(&counts, &place);

	if (value)
		__sync_fetch_and_add(value, 1);
	return XDP_DROP;
}

SEC("xdp")
int to_device(struct xdp_md *ctx)
{
	return is_ours(ctx) ? bpf_redirect_map(&devices, 0, 0) : XDP_PASS;
}

SEC("xdp")
int to_cpu(struct xdp_md *ctx)
{
	return is_ours(ctx) ? bpf_redirect_map(&cpus, 0, 0) : XDP_PASS;
}

SEC("xdp/devmap")
int on_device(struct xdp_md *ctx)
{
	return count(0);
}

SEC("xdp/cpumap")
int on_cpu(struct xdp_md *ctx)
{
	return count(1);
}

char _license[] SEC("license") = "GPL";
