// build: -g -O2 -mcpu=v3
// SPDX-License-Identifier: GPL-2.0
// Maps in section maps, as objects had them before BTF described maps.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct definition {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};

struct definition numbers SEC("maps") = { BPF_MAP_TYPE_ARRAY, 4, 4, 2, 0 };
struct definition names SEC("maps") = { BPF_MAP_TYPE_HASH, 8, 4, 10, BPF_F_NO_PREALLOC };

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	__u32 one = 1, *number = bpf_map_lookup_elem(&numbers, &one);
	__u64 name = 5;

	if (!number)
		return -1;
	bpf_map_update_elem(&names, &name, number, BPF_ANY);
	return *number;
}

char _license[] SEC("license") = "GPL";
