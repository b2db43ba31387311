// SPDX-License-Identifier: GPL-2.0
// Programs that ask of a packet whatever can be asked, and write down what they were told.
#include <stddef.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* What a program is told to do, and what it found. */
__s64 args[4];
__s64 out[40];

#define TELL(index, value) (out[index] = (value))

static __always_inline void tell_buffer(struct __sk_buff *skb, int at)
{
	TELL(at, skb->len);
	TELL(at + 1, skb->protocol);
	TELL(at + 2, skb->vlan_present);
	TELL(at + 3, skb->vlan_tci);
	TELL(at + 4, skb->vlan_proto);
	TELL(at + 5, skb->pkt_type);
}

SEC("tc")
int fields(struct __sk_buff *skb)
{
	tell_buffer(skb, 0);
	TELL(6, skb->mark);
	TELL(7, skb->queue_mapping);
	TELL(8, skb->priority);
	TELL(9, skb->ingress_ifindex);
	TELL(10, skb->ifindex);
	TELL(11, skb->tc_index);
	TELL(12, skb->cb[0]);
	TELL(13, skb->cb[4]);
	TELL(14, skb->hash);
	TELL(15, skb->tc_classid);
	TELL(16, skb->napi_id);
	TELL(17, skb->data_end - skb->data);
	TELL(18, skb->data - skb->data_meta);
	TELL(19, skb->tstamp);
	TELL(20, skb->wire_len);
	TELL(21, skb->gso_segs);
	TELL(22, skb->gso_size);
	skb->mark = 7;
	skb->priority = 8;
	skb->tc_index = 0x12345;
	skb->tc_classid = 0x54321;
	skb->cb[0] = 9;
	skb->cb[3] = 10;
	skb->tstamp = 11;
	skb->queue_mapping = args[0];
	TELL(23, skb->tc_index);
	TELL(24, skb->tc_classid);
	TELL(25, skb->queue_mapping);
	TELL(26, ((volatile __u8 *)&skb->cb[0])[0]);
	TELL(27, ((volatile __u16 *)&skb->len)[0]);
	return args[1];
}

SEC("cgroup_skb/egress")
int socket_fields(struct __sk_buff *skb)
{
	tell_buffer(skb, 0);
	TELL(6, skb->family);
	TELL(7, skb->remote_ip4);
	TELL(8, skb->local_ip4);
	TELL(9, skb->remote_ip6[3]);
	TELL(10, skb->local_ip6[0]);
	TELL(11, skb->remote_port);
	TELL(12, skb->local_port);
	TELL(13, skb->ifindex);
	skb->mark = 3;
	return 1;
}

SEC("tc")
int room(struct __sk_buff *skb)
{
	TELL(0, bpf_skb_adjust_room(skb, args[0], args[1], args[2]));
	tell_buffer(skb, 1);
	return 0;
}

SEC("tc")
int head(struct __sk_buff *skb)
{
	TELL(0, bpf_skb_change_head(skb, args[0], args[1]));
	tell_buffer(skb, 1);
	return 0;
}

SEC("tc")
int tail(struct __sk_buff *skb)
{
	TELL(0, bpf_skb_change_tail(skb, args[0], args[1]));
	tell_buffer(skb, 1);
	return 0;
}

SEC("tc")
int protocol(struct __sk_buff *skb)
{
	TELL(0, bpf_skb_change_proto(skb, args[0], args[1]));
	tell_buffer(skb, 1);
	return 0;
}

SEC("tc")
int type(struct __sk_buff *skb)
{
	TELL(0, bpf_skb_change_type(skb, args[0]));
	TELL(1, bpf_skb_pull_data(skb, args[1]));
	tell_buffer(skb, 2);
	return 0;
}

SEC("tc")
int vlan(struct __sk_buff *skb)
{
	if (args[0]) {
		TELL(0, bpf_skb_vlan_push(skb, args[1], args[2]));
		tell_buffer(skb, 1);
	}
	if (args[0] > 1) {
		TELL(7, bpf_skb_vlan_push(skb, args[1], args[3]));
		tell_buffer(skb, 8);
	}
	if (args[0] != 3) {
		TELL(14, bpf_skb_vlan_pop(skb));
		tell_buffer(skb, 15);
		TELL(21, bpf_skb_vlan_pop(skb));
		tell_buffer(skb, 22);
	}
	return 0;
}

SEC("tc")
int bytes(struct __sk_buff *skb)
{
	char some[8] = "1234567";

	TELL(0, bpf_skb_load_bytes(skb, args[0], some, 4));
	TELL(1, *(__u32 *)some);
	TELL(2, bpf_skb_load_bytes_relative(skb, args[0], some, 4, args[1]));
	TELL(3, *(__u32 *)some);
	TELL(4, bpf_skb_store_bytes(skb, args[0], "abcd", 4, args[2]));
	TELL(5, bpf_skb_load_bytes(skb, args[0], some, 4));
	TELL(6, *(__u32 *)some);
	bpf_set_hash(skb, 77);
	TELL(7, skb->hash);
	TELL(8, bpf_skb_store_bytes(skb, args[0], "efgh", 4, BPF_F_INVALIDATE_HASH));
	TELL(9, skb->hash);
	bpf_set_hash(skb, 78);
	TELL(10, bpf_get_hash_recalc(skb));
	bpf_set_hash_invalid(skb);
	TELL(11, skb->hash);
	return 0;
}

SEC("tc")
int sums(struct __sk_buff *skb)
{
	__u32 some[4] = {args[0], args[1], 0xdeadbeef, 4}, others[4] = {args[2], args[3], 7, 0xffffffff};
	__s64 difference = bpf_csum_diff(some, 16, others, 16, 0);

	TELL(0, difference);
	TELL(1, bpf_csum_diff(some, 8, NULL, 0, args[2]));
	TELL(2, bpf_csum_diff(NULL, 0, others, 12, args[3]));
	TELL(3, bpf_csum_diff(some, 4, others, 16, 0xffffffff));
	TELL(4, bpf_l3_csum_replace(skb, 24, 0, difference, 0));
	TELL(5, bpf_l3_csum_replace(skb, 24, args[0], args[1], 2));
	TELL(6, bpf_l3_csum_replace(skb, 24, args[0], args[1], 4));
	TELL(7, bpf_l3_csum_replace(skb, 25, args[0], args[1], 4));
	TELL(8, bpf_l3_csum_replace(skb, 24, 1, args[1], 0));
	TELL(9, bpf_l3_csum_replace(skb, 24, 1, args[1], 3));
	TELL(10, bpf_l4_csum_replace(skb, 40, args[0], args[1], 4 | BPF_F_PSEUDO_HDR));
	TELL(11, bpf_l4_csum_replace(skb, 40, args[2], args[3], 2 | BPF_F_MARK_MANGLED_0));
	TELL(12, bpf_l4_csum_replace(skb, 42, args[2], args[3], 2 | BPF_F_MARK_MANGLED_0 | BPF_F_MARK_ENFORCE));
	TELL(13, bpf_l4_csum_replace(skb, 40, 0, difference, 0));
	TELL(14, bpf_l4_csum_replace(skb, 40, 0, 1, 8));
	TELL(15, bpf_csum_update(skb, 1));
	TELL(16, bpf_csum_level(skb, 0));
	return 0;
}

SEC("tc")
int redirects(struct __sk_buff *skb)
{
	return bpf_redirect(args[0], args[1]);
}

SEC("tc")
int redirects_peer(struct __sk_buff *skb)
{
	return bpf_redirect_peer(args[0], args[1]);
}

SEC("tc")
int redirects_neigh(struct __sk_buff *skb)
{
	return bpf_redirect_neigh(args[0], NULL, 0, args[1]);
}

SEC("xdp")
int xdp_moves(struct xdp_md *ctx)
{
	TELL(0, ctx->data_end - ctx->data);
	TELL(1, ctx->data - ctx->data_meta);
	TELL(2, bpf_xdp_adjust_meta(ctx, args[0]));
	TELL(3, ctx->data - ctx->data_meta);
	TELL(4, bpf_xdp_adjust_head(ctx, args[1]));
	TELL(5, ctx->data - ctx->data_meta);
	TELL(6, bpf_xdp_adjust_tail(ctx, args[2]));
	TELL(7, ctx->data_end - ctx->data);
	TELL(8, bpf_xdp_get_buff_len(ctx));
	TELL(9, ctx->rx_queue_index);
	return args[3];
}

SEC("xdp")
int xdp_bytes(struct xdp_md *ctx)
{
	char some[8] = "1234567";

	TELL(0, bpf_xdp_load_bytes(ctx, args[0], some, 4));
	TELL(1, *(__u32 *)some);
	TELL(2, bpf_xdp_store_bytes(ctx, args[0], "abcd", 4));
	return bpf_redirect(args[1], args[2]);
}

SEC("socket")
int seen_by_socket(struct __sk_buff *skb)
{
	tell_buffer(skb, 0);
	TELL(6, bpf_skb_load_bytes(skb, args[0], &out[7], 8));
	TELL(8, bpf_skb_load_bytes_relative(skb, args[0], &out[9], 8, args[1]));
	skb->cb[1] = 5;
	return args[2];
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	struct bpf_flow_keys *keys = skb->flow_keys;

	TELL(0, keys->nhoff);
	TELL(1, keys->thoff);
	TELL(2, keys->n_proto);
	TELL(3, keys->flags);
	TELL(4, skb->data_end - skb->data);
	keys->nhoff = args[0];
	keys->thoff = args[1];
	keys->ip_proto = 17;
	keys->sport = bpf_htons(53);
	return args[2];
}

SEC("sk_lookup")
int lookup(struct bpf_sk_lookup *ctx)
{
	TELL(0, ctx->family);
	TELL(1, ctx->protocol);
	TELL(2, ctx->remote_ip4);
	TELL(3, ctx->local_ip4);
	TELL(4, ctx->remote_port);
	TELL(5, ctx->local_port);
	TELL(6, ctx->ingress_ifindex);
	TELL(7, ctx->remote_ip6[1]);
	return args[0] & 1;
}

char _license[] SEC("license") = "GPL";
