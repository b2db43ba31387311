// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>
SEC("xdp")
int parse(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if (data + 4 > end)
		return XDP_DROP;
	if (eth->h_proto == 8)
		return XDP_DROP;
	return XDP_PASS;
}
char _license[] SEC("license") = "GPL";
