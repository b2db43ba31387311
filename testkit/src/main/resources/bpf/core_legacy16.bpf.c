// SPDX-License-Identifier: GPL-2.0
// build: -O2 -mcpu=v3
// Legacy maps, defined by 4 words each.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct definition {
	__u32 type, key_size, value_size, max_entries;
};

struct definition first SEC("maps") = {
	.type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 16,
};

struct definition second SEC("maps") = {
	.type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 12, .max_entries = 32,
};

SEC("socket")
int program(struct __sk_buff *packet)
{
	return bpf_map_delete_elem(&second, packet) + bpf_map_delete_elem(&first, packet);
}
