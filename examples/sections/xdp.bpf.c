// SPDX-License-Identifier: GPL-2.0
// Says how long each packet is that a network device receives, and lets it pass. Wants --attach xdp:DEVICE.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int packet(struct xdp_md *ctx)
{
	char text[] = "packet of %d bytes";

	bpf_trace_printk(text, sizeof(text), ctx->data_end - ctx->data);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
