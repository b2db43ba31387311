// SPDX-License-Identifier: GPL-2.0
// What programs of each type see of a packet they are run on: its first byte.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 first;

static __always_inline void look(struct __sk_buff *skb)
{
	__u8 byte = 0;

	bpf_skb_load_bytes(skb, 0, &byte, 1);
	first = byte;
}

SEC("socket")
int of_socket(struct __sk_buff *skb)
{
	look(skb);
	return 0;
}

SEC("cgroup_skb/ingress")
int of_cgroup(struct __sk_buff *skb)
{
	look(skb);
	return 1;
}

SEC("lwt_in")
int of_tunnel(struct __sk_buff *skb)
{
	look(skb);
	return 0;
}

SEC("tc")
int of_tc(struct __sk_buff *skb)
{
	look(skb);
	return 0;
}

SEC("xdp")
int of_xdp(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;

	if (data + 1 <= (__u8 *)(long)ctx->data_end)
		first = *data;
	return XDP_PASS;
}

SEC("flow_dissector")
int of_dissector(struct __sk_buff *skb)
{
	__u8 *data = (void *)(long)skb->data;

	if (data + 1 <= (__u8 *)(long)skb->data_end)
		first = *data;
	return BPF_OK;
}

char _license[] SEC("license") = "GPL";
