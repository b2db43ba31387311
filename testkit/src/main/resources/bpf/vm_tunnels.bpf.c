// SPDX-License-Identifier: GPL-2.0
// The tunnel of a packet, set and read back, with what each call returns.
#include <stddef.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__s64 args[4];
__s64 out[40];

#define TELL(index, value) (out[index] = (value))

static __always_inline void tell_key(struct bpf_tunnel_key *key, int at)
{
	TELL(at, key->tunnel_id);
	TELL(at + 1, key->remote_ipv4);
	TELL(at + 2, key->remote_ipv6[3]);
	TELL(at + 3, key->tunnel_tos << 8 | key->tunnel_ttl);
	TELL(at + 4, key->tunnel_ext);
	TELL(at + 5, key->tunnel_label);
	TELL(at + 6, key->local_ipv4);
	TELL(at + 7, key->local_ipv6[1]);
}

/* Flags of the setting, of the getting; the label; the extension. */
SEC("tc")
int tunnel(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key = {.tunnel_id = 7, .tunnel_tos = 1, .tunnel_ttl = 64, .tunnel_label = args[2], .tunnel_ext = args[3]};
	struct bpf_tunnel_key got = {.tunnel_id = 99};
	char options[16] = "abcdefghijklmno", read[20] = "zzzzzzzzzzzzzzzzzzz";

	for (int i = 0; i < 4; i++) {
		key.remote_ipv6[i] = 0x01020304 + i;
		key.local_ipv6[i] = 0x0a0b0c0d + i;
	}
	TELL(0, bpf_skb_get_tunnel_key(skb, &got, sizeof(got), args[1]));
	TELL(1, got.tunnel_id);
	TELL(2, bpf_skb_set_tunnel_opt(skb, options, 8));
	TELL(3, bpf_skb_set_tunnel_key(skb, &key, sizeof(key), args[0]));
	TELL(4, bpf_skb_get_tunnel_opt(skb, read, 20));
	TELL(5, bpf_skb_get_tunnel_key(skb, &got, sizeof(got), args[1]));
	tell_key(&got, 6);
	TELL(14, bpf_skb_set_tunnel_opt(skb, options, 12));
	TELL(15, bpf_skb_set_tunnel_opt(skb, options, 13));
	TELL(16, bpf_skb_get_tunnel_opt(skb, read, 8));
	TELL(17, *(__u32 *)read);
	TELL(18, bpf_skb_get_tunnel_opt(skb, read, 20));
	TELL(19, *(__u32 *)read);
	TELL(20, *(__u32 *)(read + 12));
	TELL(21, bpf_skb_get_tunnel_key(skb, &got, sizeof(got), args[1]));
	tell_key(&got, 22);
	return 0;
}

/* Structs of older kernels. */
SEC("tc")
int tunnel_sizes(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key = {.tunnel_id = 7, .remote_ipv4 = 3, .tunnel_ttl = 64}, got = {};

	TELL(0, bpf_skb_set_tunnel_key(skb, &key, 8, args[0]));
	TELL(1, bpf_skb_get_tunnel_key(skb, &got, 8, args[1]));
	TELL(2, got.tunnel_id);
	TELL(3, bpf_skb_set_tunnel_key(skb, &key, 12, args[0]));
	TELL(4, bpf_skb_set_tunnel_key(skb, &key, 22, args[0]));
	TELL(5, bpf_skb_get_tunnel_key(skb, &got, 22, args[1]));
	tell_key(&got, 6);
	TELL(14, bpf_skb_set_tunnel_key(skb, &key, 24, args[0]));
	TELL(15, bpf_skb_get_tunnel_key(skb, &got, 24, args[1]));
	TELL(16, bpf_skb_set_tunnel_key(skb, &key, 28, args[0]));
	TELL(17, bpf_skb_get_tunnel_key(skb, &got, 28, args[1]));
	TELL(18, bpf_skb_get_tunnel_key(skb, &got, 40, args[1]));
	tell_key(&got, 19);
	return 0;
}

char _license[] SEC("license") = "GPL";
