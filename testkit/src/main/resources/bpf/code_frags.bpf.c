// SPDX-License-Identifier: GPL-2.0
// One program that takes packets in several buffers, and one that does not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 length; /* of the largest packet */

SEC("xdp.frags")
int code_frags(struct xdp_md *ctx)
{
	__u64 now = bpf_xdp_get_buff_len(ctx);

	if (now > length)
		length = now;
	return XDP_PASS;
}

SEC("xdp")
int code_linear(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
