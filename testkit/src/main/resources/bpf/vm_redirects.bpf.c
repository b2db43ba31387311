// SPDX-License-Identifier: GPL-2.0
// Packets that are sent to entries of maps whose programs see them there, and write down what they were told.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 key, flags;
__u32 entry_says;
/* Of each run of a program of an entry: the device that it came in at, that which it goes out at, the CPU, its length. */
struct seen {
	__u32 ingress, egress, cpu, length, metadata;
} seen[8];
__u32 count;

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_devmap_val));
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_cpumap_val));
} cpus SEC(".maps");

SEC("xdp")
int to_device(struct xdp_md *ctx)
{
	bpf_xdp_adjust_meta(ctx, -4);
	bpf_xdp_adjust_tail(ctx, -2);
	return bpf_redirect_map(&devices, key, flags);
}

SEC("xdp")
int to_cpu(struct xdp_md *ctx)
{
	return bpf_redirect_map(&cpus, key, flags);
}

static __always_inline void tell(struct xdp_md *ctx, __u32 egress)
{
	struct seen *one = &seen[count++ & 7];

	one->ingress = ctx->ingress_ifindex;
	one->egress = egress;
	one->cpu = bpf_get_smp_processor_id();
	one->length = ctx->data_end - ctx->data;
	one->metadata = ctx->data - ctx->data_meta;
}

SEC("xdp/devmap")
int on_device(struct xdp_md *ctx)
{
	__u8 *first = (void *)(long)ctx->data;

	tell(ctx, ctx->egress_ifindex);
	if ((void *)(first + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	*first = ctx->egress_ifindex;
	return entry_says;
}

SEC("xdp/cpumap")
int on_cpu(struct xdp_md *ctx)
{
	tell(ctx, 0);
	if (entry_says == XDP_REDIRECT)
		return bpf_redirect_map(&cpus, key ^ 1, 0);
	return entry_says;
}

char _license[] SEC("license") = "GPL";
